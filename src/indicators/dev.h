/*---
group = "statistics"
help = "mean absolute deviation of the last length values from their mean"
source = "Pine Script: ta.dev; TA-Lib: AVGDEV"
talib = "AVGDEV"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", default = 14 }]
kernel = { form = "series", series = ["x", "sma(x, length)"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "dev(close, 4)"
close = [1, 2, 6, 7, 1]
value = [nan, nan, nan, 2.5, 2.5]

[[check]]
expression = "dev(close)"
against = "talib.AVGDEV(close)"

[[check]]
expression = "dev(volume, 5)"
against = "talib.AVGDEV(volume, 5)"

[[check]]
expression = "dev(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.AVGDEV(x), holed(close))"
---*/

TX_FUNCTION void tx_dev(TX_GLOBAL const double* const* x, const double* p, int bars,
                        TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    int t, k;
    for (t = 0; t < bars; ++t) {
        const double mean = x[1][t];
        double sum = 0.0;
        if (TX_DEFINED(mean)) {
            for (k = t - n + 1; k <= t; ++k) sum += TX_ABS(x[0][k] - mean);
            out[0][t] = sum / (double)n;
        } else {
            out[0][t] = TX_NAN;
        }
    }
}
