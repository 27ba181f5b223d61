/*---
group = "helper"
hidden = true
help = "recursive_mean over the recursive_mean of it, in one go; 1 where that is 0"
source = "Dorsey (1992), The mass index, Stocks & Commodities 10(6)"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length" },
  { name = "alpha", kind = "scalar", least = 0, most = 2 },
]
kernel = { form = "scan", series = ["x"], scalars = ["length", "1 - alpha", "alpha"] }
undefined = "2 * (length - 1)"

[[known]]
expression = "mean_over_mean(close, 2, 0.5)"
close = [0, 0, 0, nan, 3, 5]
value = [nan, nan, 1, nan, 2, 1.625]
---*/

typedef struct {
    real x;
    real above;
    real above_twice;
} tx_mean_over_mean_state;

TX_FUNCTION real tx_mean_over_mean_warm_up(const real* p) { return R(2.0) * p[0]; }

TX_FUNCTION void tx_mean_over_mean_bar(tx_mean_over_mean_state* s, const real* p, const real* x, real seen,
                                       int steady, real* out) {
    const TxStep once = tx_next_mean(&s->above, p, tx_next_step(&s->x, x[0]), seen, steady);
    const real twice = tx_next_mean(&s->above_twice, p, once, seen - (p[0] - R(1.0)), steady).value;
    out[0] = SELECT(twice == R(0.0), R(1.0), once.value / twice);
}
