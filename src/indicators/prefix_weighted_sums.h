/*---
group = "helper"
hidden = true
help = "sums of k times the k-th value since the last undefined one, in double-double (hi + lo)"
source = "Knuth, The Art of Computer Programming 2, 4.2.2"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"], outputs = ["hi", "lo"] }
undefined = "0"

[[known]]
expression = "prefix_weighted_sums(close).hi"
close = [1, 2, 5, nan, 4, 3]
value = [1, 5, 20, 0, 4, 10]
---*/

TX_FUNCTION void tx_prefix_weighted_sums(TX_GLOBAL const double* const* x, const double* p, int bars,
                                         TX_GLOBAL double* const* out) {
    TxSum sum = {0.0, 0.0};
    double run = 0.0;
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        if (TX_DEFINED(v)) {
            run += 1.0;
            sum = tx_sum_add_sum(sum, tx_two_product(run, v));
        } else {
            run = 0.0;
            sum.hi = 0.0;
            sum.lo = 0.0;
        }
        out[0][t] = sum.hi;
        out[1][t] = sum.lo;
    }
}
