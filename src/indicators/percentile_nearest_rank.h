/*---
group = "statistics"
help = "the smallest of the last length values that at least this percentage of them do not exceed"
source = "Pine Script: ta.percentile_nearest_rank; TA-Lib: PERCENTILE"
talib = "PERCENTILE"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length", default = 30 },
  { name = "percentage", kind = "scalar", default = 50, least = 0, most = 100 },
]
kernel = { form = "series", series = ["x"], scalars = ["length", "percentage"] }
undefined = "length - 1"

[[known]]
expression = "percentile_nearest_rank(close, 4, 75)"
close = [3, 1, 4, 1, 5, 9, nan, 2, 6, 5, 3]
value = [nan, nan, nan, 3, 4, 5, nan, nan, nan, nan, 5]

[[check]]
expression = "percentile_nearest_rank(close)"
against = "talib.PERCENTILE(close)"

[[check]]
expression = "percentile_nearest_rank(close, 20, 90)"
against = "talib.PERCENTILE(close, 20, 90)"

[[check]]
expression = "percentile_nearest_rank(volume, 100, 7)"
against = "talib.PERCENTILE(volume, 100, 7)"

[[check]]
expression = "percentile_nearest_rank(close, 5, 0)"
against = "talib.PERCENTILE(close, 5, 0)"

[[check]]
expression = "percentile_nearest_rank(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.PERCENTILE(x), holed(close))"
---*/

TX_FUNCTION void tx_percentile_nearest_rank(TX_GLOBAL const double* const* x, const double* p, int bars,
                                            TX_GLOBAL double* const* out) {
    const double rank = -tx_whole_below(-(p[1] * p[0] / 100.0));
    tx_sorted_value(x[0], p[0], rank < 1.0 ? 0.0 : rank - 1.0, bars, out[0]);
}
