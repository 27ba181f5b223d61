/*---
group = "statistics"
help = "percentile of the last length values, in proportion between the two that are nearest: 0 is the lowest, 100 the highest"
source = "Hyndman and Fan (1996), Sample quantiles in statistical packages, The American Statistician 50(4), definition 7; Pine Script has the name, and does not say which definition"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length", default = 30 },
  { name = "percentage", kind = "scalar", default = 50, least = 0, most = 100 },
]
kernel = { form = "series", series = ["x"], scalars = ["length", "percentage"] }
undefined = "length - 1"

[[known]]
expression = "percentile_linear_interpolation(close, 4, 25)"
close = [3, 1, 4, 1, 5, 9, nan, 2, 6, 5, 3]
value = [nan, nan, nan, 1, 1, 3.25, nan, nan, nan, nan, 2.75]

[[check]]
expression = "percentile_linear_interpolation(close)"
against = "plain.windows(lambda w: np.percentile(w, 50, axis=1), 30, close)"

[[check]]
expression = "percentile_linear_interpolation(volume, 7, 90)"
against = "plain.windows(lambda w: np.percentile(w, 90, axis=1), 7, volume)"

[[check]]
expression = "percentile_linear_interpolation(iff(close != open, close, 0 / 0))"
against = "plain.windows(lambda w: np.percentile(w, 50, axis=1), 30, holed(close))"
---*/

TX_FUNCTION void tx_percentile_linear_interpolation(TX_GLOBAL const double* const* x, const double* p,
                                                    int bars, TX_GLOBAL double* const* out) {
    tx_sorted_value(x[0], p[0], (p[0] - 1.0) * p[1] / 100.0, bars, out[0]);
}
