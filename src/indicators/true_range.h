/*---
group = "helper"
hidden = true
help = "the series tr in one go; plans have it where tr is a column"
source = "Wilder (1978), New Concepts in Technical Trading Systems"
arguments = [{ name = "high", kind = "series" }, { name = "low", kind = "series" }, { name = "close", kind = "series" }]
kernel = { form = "series", series = ["high", "low", "close"] }
undefined = "1"

[[known]]
expression = "true_range(high, low, close)"
high = [10, 12, 11, 15]
low = [8, 9, 10, 11]
close = [9, 10, 10, 14]
value = [nan, 3, 1, 5]
---*/

TX_FUNCTION void tx_true_range(TX_GLOBAL const double* const* x, const double* p, int bars,
                               TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* high = x[0];
    TX_GLOBAL const double* low = x[1];
    TX_GLOBAL const double* close = x[2];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    if (bars > 0) result[0] = TX_NAN;
    TX_INDEPENDENT
    for (t = 1; t < bars; ++t) result[t] = tx_true_range_at(high[t], low[t], close[t - 1]);
}
