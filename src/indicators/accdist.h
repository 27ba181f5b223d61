/*---
group = "volume"
help = "accumulation/distribution line: the sum of volumes, each weighted by where in its range the bar closed"
source = "Chaikin: accumulation/distribution line; TA-Lib: AD"
talib = "AD"
arguments = []
kernel = { form = "series", series = ["high", "low", "close", "volume"] }
undefined = "0"

[[known]]
expression = "accdist()"
high = [12, 12, 5]
low = [10, 8, 5]
close = [12, 9, 5]
volume = [100, 100, 100]
value = [100, 50, 50]

[[check]]
expression = "accdist()"
against = "talib.AD(high, low, close, volume)"

[[check]]
expression = "accdist() - accdist()[2]"
against = "talib.AD(high, low, close, volume) - np.concatenate([[np.nan] * 2, talib.AD(high, low, close, volume)])[:len(close)]"
---*/

TX_FUNCTION void tx_accdist(TX_GLOBAL const double* const* x, const double* p, int bars,
                            TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* high = x[0];
    TX_GLOBAL const double* low = x[1];
    TX_GLOBAL const double* close = x[2];
    TX_GLOBAL const double* volume = x[3];
    TX_GLOBAL double* result = out[0];
    double line = 0.0;
    int first, t;
    (void)p;
    for (first = 0; first < bars; first += TX_FLOWS) {
        const int end = bars - first < TX_FLOWS ? bars : first + TX_FLOWS;
        TX_INDEPENDENT
        for (t = first; t < end; ++t) {
            const double bar[4] = {high[t], low[t], close[t], volume[t]};
            const double none = (high[t] - low[t]) + (close[t] - volume[t]); /* NaN where one is undefined */
            result[t] = tx_money_flow(bar) + (none - none);
        }
        line = tx_add_flows(line, result + first, end - first);
    }
}
