/*---
group = "extremes"
help = "highest of the last length values"
source = "Pine Script: ta.highest"
talib = "MAX"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "highest(close, 3)"
close = [1, 3, 2, 1, 0, 5]
value = [nan, nan, 3, 3, 2, 5]

[[check]]
expression = "highest(high, 20)"
against = "talib.MAX(high, 20)"

[[check]]
expression = "highest(iff(close != open, high, 0 / 0), 20)"
against = "plain.each_run(lambda x: talib.MAX(x, 20), holed(high))"
---*/

TX_FUNCTION void tx_highest(TX_GLOBAL const double* const* x, const double* p, int bars,
                            TX_GLOBAL double* const* out) {
    tx_extreme(x[0], p[0], bars, 1.0, 0, out[0]);
}
