/*---
group = "helper"
hidden = true
help = "simple moving average over a number of bars that differs from bar to bar: lengths, cut to whole numbers from least to most"
source = "TA-Lib: MAVP"
arguments = [
  { name = "x", kind = "series" },
  { name = "lengths", kind = "series" },
  { name = "least", kind = "length" },
  { name = "most", kind = "length" },
]
kernel = { form = "series", series = ["prefix_sums(x).hi", "prefix_sums(x).lo", "prefix_sums(x).run", "lengths"], scalars = ["least", "most"] }
undefined = "most - 1"

[[known]]
expression = "varying_mean(close, volume, 1, 3)"
close = [1, 2, 6, 8, 3]
volume = [1, 1, 2.9, 9, 0]
value = [nan, nan, 4, 5.333333333333333, 3]
---*/

TX_FUNCTION void tx_varying_mean(TX_GLOBAL const double* const* x, const double* p, int bars,
                                 TX_GLOBAL double* const* out) {
    int t;
    for (t = 0; t < bars; ++t) {
        const double wanted = x[3][t];
        const double within = wanted < p[0] ? p[0] : wanted > p[1] ? p[1] : wanted;
        double result = TX_NAN;
        if (TX_DEFINED(wanted) && x[2][t] >= p[1]) {
            const int n = (int)within;
            const double sum = (double)n < x[2][t] ? tx_window_of(x[0], x[1], n, t).hi : x[0][t];
            result = sum / (double)n;
        }
        out[0][t] = result;
    }
}
