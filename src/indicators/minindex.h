/*---
group = "extremes"
help = "number of the bar, counted from 0, at which the lowest of the last length values was; of equal ones the first or, if it came while an equal one was the lowest, the latest"
source = "TA-Lib: MININDEX"
talib = "MININDEX"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", default = 30 }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "minindex(close, 3)"
close = [4, 3, 3, 4, 5, 2, 2, 4]
value = [nan, nan, 1, 1, 2, 5, 6, 6]

[[check]]
expression = "minindex(close)"
against = "plain.undefined_before(talib.MININDEX(close), 29)"

[[check]]
expression = "minindex(volume, 5)"
against = "plain.undefined_before(talib.MININDEX(volume, 5), 4)"

[[check]]
expression = "minindex(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x, t: t[0] + plain.undefined_before(talib.MININDEX(x), 29), holed(close), np.arange(len(close)))"
---*/

TX_FUNCTION void tx_minindex(TX_GLOBAL const double* const* x, const double* p, int bars,
                             TX_GLOBAL double* const* out) {
    tx_extreme_bar(x[0], p[0], bars, -1.0, out[0]);
}
