/*---
group = "helper"
hidden = true
help = "true range, and how far it is from the last low to the high, and from the last high to the low"
source = "Botes and Siepman (2010), The vortex indicator, Stocks & Commodities 28(1)"
arguments = []
kernel = { form = "series", series = ["high", "low", "close"], outputs = ["path", "plus", "minus"] }
undefined = "1"

[[known]]
expression = "vortex_moves().path"
high = [10, 12, 11]
low = [8, 9, 10]
close = [9, 12, 11]
value = [nan, 3, 2]

[[known]]
expression = "vortex_moves().plus"
high = [10, 12, 11]
low = [8, 9, 10]
value = [nan, 4, 2]

[[known]]
expression = "vortex_moves().minus"
high = [10, 12, 11]
low = [8, 9, 10]
value = [nan, 1, 2]
---*/

TX_FUNCTION void tx_vortex_moves(TX_GLOBAL const double* const* x, const double* p, int bars,
                                 TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* high = x[0];
    TX_GLOBAL const double* low = x[1];
    TX_GLOBAL const double* close = x[2];
    TX_GLOBAL double* path = out[0];
    TX_GLOBAL double* plus = out[1];
    TX_GLOBAL double* minus = out[2];
    int t;
    (void)p;
    for (t = 0; t < 3 && bars > 0; ++t) out[t][0] = TX_NAN;
    TX_INDEPENDENT
    for (t = 1; t < bars; ++t) {
        path[t] = tx_true_range_at(high[t], low[t], close[t - 1]);
        plus[t] = TX_ABS(high[t] - low[t - 1]);
        minus[t] = TX_ABS(low[t] - high[t - 1]);
    }
}
