/*---
group = "helper"
hidden = true
help = "window_sum of prefix_sums: sum of the last length values of a series, divided by divisor; plans have it where nothing else needs the sums up to a bar"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length" },
  { name = "divisor", kind = "scalar" },
]
kernel = { form = "series", series = ["x"], scalars = ["length", "divisor"] }
undefined = "length - 1"

[[known]]
expression = "sum_over_windows(close, 2, 1)"
close = [1, 2, nan, 4, 8, 16]
value = [nan, 3, nan, nan, 12, 24]
---*/

TX_FUNCTION void tx_sum_over_windows(TX_GLOBAL const double* const* x, const double* p, int bars,
                                     TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    const double divisor = p[1];
    TxSum chains = {0.0, 0.0}; /* up to bar t, and up to bar t - n */
    TxSum chains_before = {0.0, 0.0};
    TxSum sum;
    TxSum before = {0.0, 0.0};
    int run = 0;
    int t;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        run = TX_DEFINED(v) ? run + 1 : 0;
        sum = tx_next_sum(&chains, v, t);
        if (t >= n) before = tx_next_sum(&chains_before, x[0][t - n], t - n);
        out[0][t] = run >= n ? tx_sum_between(sum, before).hi / divisor : TX_NAN;
    }
}
