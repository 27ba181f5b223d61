/*---
group = "helper"
hidden = true
help = "mean distance of the last length values from center"
source = "TA-Lib: AVGDEV"
arguments = [{ name = "x", kind = "series" }, { name = "center", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "series", series = ["x", "center"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "mean_deviation(close, close, 3)"
close = [1, 2, 6, nan, 5]
value = [nan, nan, 3, nan, nan]
---*/

TX_FUNCTION void tx_mean_deviation(TX_GLOBAL const double* const* x, const double* p, int bars,
                                   TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    int t, k;
    for (t = 0; t < bars; ++t) {
        const double center = x[1][t];
        double sum = t >= n - 1 ? 0.0 : TX_NAN; /* an undefined value makes it undefined */
        for (k = t - n + 1; t >= n - 1 && k <= t; ++k) sum += TX_ABS(x[0][k] - center);
        out[0][t] = sum / p[0];
    }
}
