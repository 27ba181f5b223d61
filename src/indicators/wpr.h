/*---
group = "momentum"
help = "Williams percent range: how far the close is below the highest of length bars, from -100 to 0"
source = "Pine Script: ta.wpr"
talib = "WILLR"
arguments = [{ name = "length", kind = "length", default = 14, least = 2 }]
kernel = { form = "series", series = ["high", "low", "close"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "wpr(3)"
high = [10, 12, 13, 12, 15, 14, 11]
low = [8, 9, 11, 10, 12, 11, 8]
close = [9, 12, 11, 11, 14, 12, 9]
value = [nan, nan, -40, -50, -20, -60, -85.7142857142857]

[[check]]
expression = "wpr()"
against = "talib.WILLR(high, low, close)"

[[check]]
expression = "wpr(5)"
against = "talib.WILLR(high, low, close, 5)"
---*/

/* How far x is below the top. */
TX_FUNCTION double tx_wpr_bar(double top, double bottom, TX_GLOBAL const double* const* x, int t) {
    return -100.0 * tx_ratio(top - x[2][t], top - bottom);
}

TX_RANGES(wpr)
