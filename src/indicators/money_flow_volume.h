/*---
group = "helper"
hidden = true
help = "volume by where in its range the bar closed: from -volume at the low to volume at the high; 0 where there is no range"
source = "Chaikin: accumulation/distribution"
arguments = []
kernel = { form = "series", series = ["high", "low", "close", "volume"] }
undefined = "0"

[[known]]
expression = "money_flow_volume()"
high = [12, 12, 5]
low = [10, 8, 5]
close = [12, 9, 5]
volume = [100, 100, 100]
value = [100, -50, 0]
---*/

TX_FUNCTION void tx_money_flow_volume(TX_GLOBAL const double* const* x, const double* p, int bars,
                                      TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* high = x[0];
    TX_GLOBAL const double* low = x[1];
    TX_GLOBAL const double* close = x[2];
    TX_GLOBAL const double* volume = x[3];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double bar[4] = {high[t], low[t], close[t], volume[t]};
        const double place = (close[t] - low[t]) - (high[t] - close[t]);
        const double flow = tx_money_flow(bar);
        /* In the middle as far as rounded prices tell: a tie is one, and sums of such rests are not exact. */
        result[t] = TX_ABS(place) <= 0x1p-50 * (TX_ABS(high[t]) + TX_ABS(low[t])) ? 0.0 * flow : flow;
    }
}
