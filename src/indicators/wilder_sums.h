/*---
group = "helper"
hidden = true
help = "wilder_sum of three series that are defined at the same bars, in one go"
source = "Wilder (1978), New Concepts in Technical Trading Systems"
arguments = [
  { name = "a", kind = "series" },
  { name = "b", kind = "series" },
  { name = "c", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "scan", series = ["a", "b", "c"], scalars = ["length", "1 - 1 / length"], outputs = ["a", "b", "c"] }
undefined = "max(0, length - 2)"

[[known]]
expression = "wilder_sums(high, low, close, 3).a"
high = [1, 5, 3, 2, 4, 8]
low = [2, 0, 1, 1, 3, 1]
close = [4, 6, 4, 3, 8, 9]
value = [nan, 6, 7, 6.666666666666666, 8.444444444444445, 13.62962962962963]

[[known]]
expression = "wilder_sums(high, low, close, 3).b"
high = [1, 5, 3, 2, 4, 8]
low = [2, 0, 1, 1, 3, 1]
close = [4, 6, 4, 3, 8, 9]
value = [nan, 2, 2.3333333333333335, 2.555555555555556, 4.703703703703704, 4.135802469135803]

[[known]]
expression = "wilder_sums(high, low, close, 3).c"
high = [1, 5, 3, 2, 4, 8]
low = [2, 0, 1, 1, 3, 1]
close = [4, 6, 4, 3, 8, 9]
value = [nan, 10, 10.666666666666666, 10.11111111111111, 14.74074074074074, 18.82716049382716]
---*/

typedef struct {
    real sums[3];
} tx_wilder_sums_state;

TX_FUNCTION real tx_wilder_sums_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_wilder_sums_bar(tx_wilder_sums_state* s, const real* p, const real* x, real seen,
                                    int steady, real* out) {
    int i;
    for (i = 0; i < 3; ++i) out[i] = tx_next_wilder_sum(&s->sums[i], p[0], p[1], x[i], seen, steady);
}
