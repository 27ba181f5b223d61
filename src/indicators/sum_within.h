/*---
group = "helper"
hidden = true
help = "sum of the values since mark last changed, as if computed exactly; undefined values are passed over"
source = "Knuth, The Art of Computer Programming 2, 4.2.2"
arguments = [{ name = "x", kind = "series" }, { name = "mark", kind = "series" }]
kernel = { form = "series", series = ["x", "mark"] }
undefined = "0"

[[known]]
expression = "sum_within(close, volume)"
close = [1, 2, nan, 4, -8, 5]
volume = [3, 3, 3, 3, 7, 7]
value = [1, 3, nan, 7, -8, -3]
---*/

TX_FUNCTION void tx_sum_within(TX_GLOBAL const double* const* x, const double* p, int bars,
                               TX_GLOBAL double* const* out) {
    TxSum sum = {0.0, 0.0};
    TxSum joined;
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        if (t > 0 && x[1][t] != x[1][t - 1]) {
            sum.hi = 0.0;
            sum.lo = 0.0;
        }
        if (TX_DEFINED(v)) sum = tx_sum_chain(sum, v);
        joined = tx_sum_joined(sum);
        sum = tx_sum_chains_after(sum, joined, t);
        out[0][t] = TX_DEFINED(v) ? joined.hi : TX_NAN;
    }
}
