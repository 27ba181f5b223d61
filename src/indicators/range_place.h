/*---
group = "helper"
hidden = true
help = "where x stands between the lowest and the highest of the last length bars, from 0 to 100; 0 where the two are equal"
source = "Lane (1984), Lane's Stochastics, Stocks & Commodities 2(3)"
arguments = [
  { name = "x", kind = "series" },
  { name = "upper", kind = "series" },
  { name = "lower", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["upper", "lower", "x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "range_place(close, high, low, 3)"
high = [10, 12, 13, 12, 15, 14, 11, 12]
low = [8, 9, 11, 10, 12, 11, 8, 9]
close = [9, 12, 11, 11, 14, 12, 9, 12]
value = [nan, nan, 60, 50, 80, 40, 14.2857142857143, 66.6666666666667]
---*/

/* Where x is between the two. */
TX_FUNCTION double tx_range_place_bar(double top, double bottom, TX_GLOBAL const double* const* x, int t) {
    return 100.0 * tx_ratio(x[2][t] - bottom, top - bottom);
}

TX_RANGES(range_place)
