/*---
group = "price"
help = "Heikin-Ashi candles: the close is the bar’s mean price, the open the middle of the candle before"
source = "Valcu (2004), Using the Heikin-Ashi technique, Stocks & Commodities 22(2)"
talib = "HA"
arguments = []
kernel = { form = "scan", series = ["open", "high", "low", "close"], outputs = ["open", "high", "low", "close"] }
undefined = "0"

[[known]]
expression = "ha().open"
open = [2, 6]
high = [6, 8]
low = [2, 4]
close = [4, 6]
value = [3, 3.25]

[[known]]
expression = "ha().high"
open = [2, 6]
high = [6, 8]
low = [2, 4]
close = [4, 6]
value = [6, 8]

[[known]]
expression = "ha().low"
open = [2, 6]
high = [6, 8]
low = [2, 4]
close = [4, 6]
value = [2, 3.25]

[[known]]
expression = "ha().close"
open = [2, 6]
high = [6, 8]
low = [2, 4]
close = [4, 6]
value = [3.5, 6]

[[check]]
expression = "ha().open"
against = "talib.HA(open, high, low, close)[0]"

[[check]]
expression = "ha().high"
against = "talib.HA(open, high, low, close)[1]"

[[check]]
expression = "ha().low"
against = "talib.HA(open, high, low, close)[2]"

[[check]]
expression = "ha().close"
against = "talib.HA(open, high, low, close)[3]"

[[check]]
expression = "ha().open[3]"
against = "np.concatenate([[np.nan] * 3, talib.HA(open, high, low, close)[0]])[:len(close)]"
---*/

typedef struct {
    real middle; /* of the candle before: half its open and close */
} tx_ha_state;

TX_FUNCTION real tx_ha_warm_up(const real* p) {
    (void)p;
    return R(1.0);
}

TX_FUNCTION void tx_ha_bar(tx_ha_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const real close = (x[0] + x[1] + x[2] + x[3]) / R(4.0);
    real open = s->middle;
    (void)p;
    if (!steady) open = SELECT(seen > R(1.0), open, (x[0] + x[3]) / R(2.0));
    const real top = SELECT(open > close, open, close);
    const real bottom = SELECT(open < close, open, close);
    s->middle = (open + close) / R(2.0);
    out[0] = open;
    out[1] = SELECT(x[1] > top, x[1], top);
    out[2] = SELECT(x[2] < bottom, x[2], bottom);
    out[3] = close;
}
