/*---
group = "statistics"
help = "median of the last length values: the middle one in order, of an even number the mean of the middle two"
source = "Pine Script: ta.median"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "median(close, 3)"
close = [3, 1, 4, 1, 5, 9, nan, 2, 6, 5]
value = [nan, nan, 3, 1, 4, 5, nan, nan, nan, 5]

[[known]]
expression = "median(close, 4)"
close = [3, 1, 4, 1, 5, 5]
value = [nan, nan, nan, 2, 2.5, 4.5]

[[check]]
expression = "median(close, 15)"
against = "plain.windows(lambda w: np.median(w, axis=1), 15, close)"

[[check]]
expression = "median(volume, 20)"
against = "plain.windows(lambda w: np.median(w, axis=1), 20, volume)"

[[check]]
expression = "median(iff(close != open, close, 0 / 0), 15)"
against = "plain.windows(lambda w: np.median(w, axis=1), 15, holed(close))"
---*/

TX_FUNCTION void tx_median(TX_GLOBAL const double* const* x, const double* p, int bars,
                           TX_GLOBAL double* const* out) {
    tx_sorted_value(x[0], p[0], 0.5 * (p[0] - 1.0), bars, out[0]);
}
