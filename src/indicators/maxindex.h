/*---
group = "extremes"
help = "number of the bar, counted from 0, at which the highest of the last length values was; of equal ones the first or, if it came while an equal one was the highest, the latest"
source = "TA-Lib: MAXINDEX"
talib = "MAXINDEX"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", default = 30 }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "maxindex(close, 3)"
close = [1, 2, 2, 1, 0, 3, 3, 1]
value = [nan, nan, 1, 1, 2, 5, 6, 6]

[[check]]
expression = "maxindex(close)"
against = "plain.undefined_before(talib.MAXINDEX(close), 29)"

[[check]]
expression = "maxindex(volume, 5)"
against = "plain.undefined_before(talib.MAXINDEX(volume, 5), 4)"

[[check]]
expression = "maxindex(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x, t: t[0] + plain.undefined_before(talib.MAXINDEX(x), 29), holed(close), np.arange(len(close)))"
---*/

TX_FUNCTION void tx_maxindex(TX_GLOBAL const double* const* x, const double* p, int bars,
                             TX_GLOBAL double* const* out) {
    tx_extreme_bar(x[0], p[0], bars, 1.0, out[0]);
}
