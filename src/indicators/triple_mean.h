/*---
group = "helper"
hidden = true
help = "recursive_mean, that of it, and that of that one, in one go"
source = "Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1(3)"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length" },
  { name = "alpha", kind = "scalar", least = 0, most = 2 },
]
kernel = { form = "scan", series = ["x"], scalars = ["length", "alpha"], outputs = ["once", "twice", "thrice"] }
undefined = "3 * (length - 1)"

[[known]]
expression = "triple_mean(close, 2, 0.5).once"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, 1.5, 2.75, nan, 2.875, 3.9375, 5.96875, 5.984375, 6.4921875, 7.74609375, 9.873046875]

[[known]]
expression = "triple_mean(close, 2, 0.5).twice"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, nan, 2.125, nan, 2.5, 3.21875, 4.59375, 5.2890625, 5.890625, 6.818359375, 8.345703125]

[[known]]
expression = "triple_mean(close, 2, 0.5).thrice"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, nan, nan, nan, 2.3125, 2.765625, 3.6796875, 4.484375, 5.1875, 6.0029296875, 7.17431640625]
---*/

typedef struct {
    real once;
    real twice;
    real thrice;
} tx_triple_mean_state;

TX_FUNCTION real tx_triple_mean_warm_up(const real* p) { return R(3.0) * p[0]; }

TX_FUNCTION void tx_triple_mean_bar(tx_triple_mean_state* s, const real* p, const real* x, real seen,
                                    int steady, real* out) {
    const real before = p[0] - R(1.0); /* bars until a mean's first value */
    out[0] = tx_next_mean(&s->once, p[0], p[1], x[0], seen, steady);
    out[1] = tx_next_mean(&s->twice, p[0], p[1], out[0], seen - before, steady);
    out[2] = tx_next_mean(&s->thrice, p[0], p[1], out[1], seen - R(2.0) * before, steady);
}
