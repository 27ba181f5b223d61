/*---
group = "helper"
hidden = true
help = "sums of j·x, j = 0, 1, 2, ... since the last undefined value, in double-double (hi + lo), and how many of the last were equal"
source = "Knuth, The Art of Computer Programming 2, 4.2.2"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"], outputs = ["hi", "lo", "equal"] }
undefined = "0"

[[known]]
expression = "prefix_ramp(close).hi"
close = [5, 2, 3, nan, 4, 7]
value = [0, 2, 8, 0, 0, 7]

[[known]]
expression = "prefix_ramp(close).equal"
close = [1, 1, nan, 4, 4, 4, 5]
value = [1, 2, 0, 1, 2, 3, 1]
---*/

TX_FUNCTION void tx_prefix_ramp(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    TxSum sum = {0.0, 0.0};
    TxSum joined;
    double j = 0.0;
    double before = TX_NAN;
    double equal = 0.0;
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        if (TX_DEFINED(v)) {
            sum = tx_sum_chain_sum(sum, tx_two_product(j, v));
            equal = v == before ? equal + 1.0 : 1.0;
            j += 1.0;
        } else {
            sum.hi = 0.0;
            sum.lo = 0.0;
            equal = 0.0;
            j = 0.0;
        }
        before = v;
        joined = tx_sum_joined(sum);
        sum = tx_sum_chains_after(sum, joined, t);
        out[0][t] = joined.hi;
        out[1][t] = joined.lo;
        out[2][t] = equal;
    }
}
