/*---
group = "helper"
hidden = true
help = "mean that moves by a part of the distance: value += alpha·(x − value); starts as the mean of the first length values"
source = "Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1(3)"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length" },
  { name = "alpha", kind = "scalar", least = 0, most = 2 },
]
kernel = { form = "scan", series = ["x"], scalars = ["length", "1 - alpha", "alpha"] }
undefined = "length - 1"

[[known]]
expression = "recursive_mean(close, 2, 0.5)"
close = [1, 3, 6, 4]
value = [nan, 2, 4, 4]
---*/

typedef struct {
    real x;
    real above;
} tx_recursive_mean_state;

TX_FUNCTION real tx_recursive_mean_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_recursive_mean_bar(tx_recursive_mean_state* s, const real* p, const real* x, real seen,
                                       int steady, real* out) {
    out[0] = tx_next_mean(&s->above, p, tx_next_step(&s->x, x[0]), seen, steady).value;
}
