/*---
group = "helper"
hidden = true
help = "recursive_mean of a recursive_mean, both in one go: a bar's second does not wait for the next bar's first"
source = "Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1(3)"
arguments = [
  { name = "x", kind = "series" },
  { name = "first", kind = "length" },
  { name = "first_alpha", kind = "scalar", least = 0, most = 2 },
  { name = "second", kind = "length" },
  { name = "second_alpha", kind = "scalar", least = 0, most = 2 },
]
kernel = { form = "scan", series = ["x"], scalars = ["first", "1 - first_alpha", "first_alpha", "second", "1 - second_alpha", "second_alpha"], outputs = ["once", "twice"] }
undefined = "first + second - 2"

[[known]]
expression = "mean_of_mean(close, 2, 0.5, 3, 0.25).once"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, 1.5, 2.75, nan, 2.875, 3.9375, 5.96875, 5.984375, 6.4921875, 7.74609375, 9.873046875]

[[known]]
expression = "mean_of_mean(close, 2, 0.5, 3, 0.25).twice"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, nan, nan, nan, 2.375, 2.765625, 3.56640625, 4.1708984375, 4.751220703125, 5.49993896484375, 6.5932159423828125]
---*/

typedef struct {
    real x;
    real above;
    real above_twice;
} tx_mean_of_mean_state;

TX_FUNCTION real tx_mean_of_mean_warm_up(const real* p) { return p[0] + p[3]; }

TX_FUNCTION void tx_mean_of_mean_bar(tx_mean_of_mean_state* s, const real* p, const real* x, real seen,
                                     int steady, real* out) {
    const TxStep once = tx_next_mean(&s->above, p, tx_next_step(&s->x, x[0]), seen, steady);
    out[0] = once.value;
    out[1] = tx_next_mean(&s->above_twice, p + 3, once, seen - (p[0] - R(1.0)), steady).value;
}
