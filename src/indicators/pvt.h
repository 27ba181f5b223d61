/*---
group = "volume"
help = "price volume trend: the sum of volumes, each times the close’s relative change"
source = "Pine Script: ta.pvt; TA-Lib: PVT"
talib = "PVT"
arguments = []
kernel = { form = "series", series = ["close", "volume"] }
undefined = "0"

[[known]]
expression = "pvt()"
close = [1, 2, 1, 2]
volume = [10, 20, 10, 10]
value = [0, 20, 15, 25]

[[check]]
expression = "pvt()"
against = "talib.PVT(close, volume)"

[[check]]
expression = "pvt() / volume"
against = "talib.PVT(close, volume) / volume"
---*/

TX_FUNCTION void tx_pvt(TX_GLOBAL const double* const* x, const double* p, int bars,
                        TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* close = x[0];
    TX_GLOBAL const double* volume = x[1];
    TX_GLOBAL double* result = out[0];
    double sum = 0.0;
    int first, t;
    (void)p;
    for (first = 0; first < bars; first += TX_FLOWS) {
        const int end = bars - first < TX_FLOWS ? bars : first + TX_FLOWS;
        if (first == 0) result[0] = 0.0 * volume[0];
        TX_INDEPENDENT
        for (t = first > 0 ? first : 1; t < end; ++t) {
            const double change = (close[t] - close[t - 1]) / close[t - 1];
            result[t] = (TX_DEFINED(change) ? change : 0.0) * volume[t];
        }
        sum = tx_add_flows(sum, result + first, end - first);
    }
}
