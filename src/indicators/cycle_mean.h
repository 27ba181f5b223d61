/*---
group = "helper"
hidden = true
help = "mean of the last values of a series, as many as a period, rounded, has bars"
source = "Ehlers (2001), Rocket Science for Traders, chapter 10: the instantaneous trendline"
arguments = [{ name = "x", kind = "series" }, { name = "period", kind = "series" }]
kernel = { form = "series", series = ["x", "period"] }
undefined = "0"

[[known]]
expression = "cycle_mean(close, open)"
close = [1, 2, 6, 4, 8]
open = [1, 2.2, 3.4, 1.6, nan]
value = [1, 1.5, 3, 5, nan]
---*/

TX_FUNCTION void tx_cycle_mean(TX_GLOBAL const double* const* x, const double* p, int bars,
                               TX_GLOBAL double* const* out) {
    int t, k;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double period = x[1][t];
        double sum = 0.0;
        if (TX_DEFINED(period) && period >= 0.5 && period < (double)t + 1.5) {
            const int n = (int)(period + 0.5);
            for (k = 0; k < n; ++k) sum += x[0][t - k];
            out[0][t] = sum / (double)n;
        } else {
            out[0][t] = TX_NAN;
        }
    }
}
