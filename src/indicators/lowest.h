/*---
group = "extremes"
help = "lowest of the last length values"
source = "Pine Script: ta.lowest"
talib = "MIN"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "lowest(close, 3)"
close = [1, 3, 2, 1, 0, 5]
value = [nan, nan, 1, 1, 0, 0]

[[check]]
expression = "lowest(low, 20)"
against = "talib.MIN(low, 20)"

[[check]]
expression = "lowest(iff(close != open, low, 0 / 0), 20)"
against = "plain.each_run(lambda x: talib.MIN(x, 20), holed(low))"
---*/

TX_FUNCTION void tx_lowest(TX_GLOBAL const double* const* x, const double* p, int bars,
                           TX_GLOBAL double* const* out) {
    tx_extreme(x[0], p[0], bars, -1.0, 0, out[0]);
}
