/*---
group = "helper"
hidden = true
help = "sums of all values since the last undefined one, in double-double (hi + lo), and how many they are"
source = "Knuth, The Art of Computer Programming 2, 4.2.2"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"], outputs = ["hi", "lo", "run"] }
undefined = "0"

[[known]]
expression = "prefix_sums(close).hi"
close = [1, 2, nan, 4]
value = [1, 3, 0, 4]

[[known]]
expression = "prefix_sums(close).run"
close = [1, 2, nan, 4]
value = [1, 2, 0, 1]
---*/

TX_FUNCTION void tx_prefix_sums(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    TxSum sum = {0.0, 0.0};
    TxSum joined;
    double run = 0.0;
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        if (TX_DEFINED(v)) {
            sum = tx_sum_chain(sum, v);
            run += 1.0;
        } else {
            sum.hi = 0.0;
            sum.lo = 0.0;
            run = 0.0;
        }
        joined = tx_sum_joined(sum);
        sum = tx_sum_chains_after(sum, joined, t);
        out[0][t] = joined.hi;
        out[1][t] = joined.lo;
        out[2][t] = run;
    }
}
