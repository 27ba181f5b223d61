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
TX_FUNCTION double tx_place_in_range(double top, double bottom, double x) {
    return 100.0 * tx_ratio(x - bottom, top - bottom);
}

TX_FUNCTION void tx_range_place(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    TxExtreme highest = TX_ZERO;
    TxExtreme lowest = TX_ZERO;
    int t;
    for (t = 0; t < bars; ++t) {
        const double top = tx_next_extreme(&highest, x[0], n, t, 1.0);
        const double bottom = tx_next_extreme(&lowest, x[1], n, t, -1.0);
        out[0][t] = tx_place_in_range(top, bottom, x[2][t]);
    }
}
