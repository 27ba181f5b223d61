/*---
group = "helper"
hidden = true
help = "recursive_mean of a recursive_mean of a recursive_mean, in one go: a bar's third does not wait for the next bar's first"
source = "Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1(3)"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length" },
  { name = "alpha", kind = "scalar", least = 0, most = 2 },
]
kernel = { form = "scan", series = ["x"], scalars = ["length", "1 - alpha", "alpha"] }
undefined = "3 * (length - 1)"

[[known]]
expression = "triple_mean(close, 2, 0.5)"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, nan, nan, nan, 2.3125, 2.765625, 3.6796875, 4.484375, 5.1875, 6.0029296875, 7.17431640625]
---*/

typedef struct {
    real x;
    real above[3];
} tx_triple_mean_state;

TX_FUNCTION real tx_triple_mean_warm_up(const real* p) { return R(3.0) * p[0]; }

TX_FUNCTION void tx_triple_mean_bar(tx_triple_mean_state* s, const real* p, const real* x, real seen,
                                    int steady, real* out) {
    const TxStep step = tx_next_step(&s->x, x[0]);
    out[0] = tx_next_triple_mean(s->above, p, step, seen, steady).thrice.value;
}
