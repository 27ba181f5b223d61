/*---
group = "helper"
hidden = true
help = "Wilder's moving sum: the sum of the first length - 1 values, which then loses its length-th part at each bar and gains the new value"
source = "Wilder (1978), New Concepts in Technical Trading Systems"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "scan", series = ["x"], scalars = ["length", "1 - 1 / length"] }
undefined = "max(0, length - 2)"

[[known]]
expression = "wilder_sum(close, 3)"
close = [1, 5, 3, nan, 4]
value = [nan, 6, 7, nan, 8.666666666666668]
---*/

typedef struct {
    real sum;
} tx_wilder_sum_state;

TX_FUNCTION real tx_wilder_sum_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_wilder_sum_bar(tx_wilder_sum_state* s, const real* p, const real* x, real seen,
                                   int steady, real* out) {
    out[0] = tx_next_wilder_sum(&s->sum, p[0], p[1], x[0], seen, steady);
}
