/*---
group = "extremes"
help = "how many bars ago the highest of the last length values was, as a number that is not above 0; the latest of equal ones"
source = "Pine Script: ta.highestbars"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "highestbars(close, 3)"
close = [1, 3, 2, 1, 3, 1]
value = [nan, nan, -1, -2, 0, -1]

[[check]]
expression = "highestbars(close, 20)"
against = "plain.bars_since_highest(close, 20)"

[[check]]
expression = "highestbars(iff(close != open, close, 0 / 0), 20)"
against = "plain.bars_since_highest(holed(close), 20)"
---*/

TX_FUNCTION void tx_highestbars(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    int t;
    tx_extreme(x[0], p[0], bars, 1.0, 1, out[0]);
    for (t = 0; t < bars; ++t) out[0][t] = 0.0 - out[0][t];
}
