/*---
group = "helper"
hidden = true
help = "middle between the highest of the last length values of upper and the lowest of those of lower"
source = "TA-Lib: MIDPOINT, MIDPRICE"
arguments = [
  { name = "upper", kind = "series" },
  { name = "lower", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["upper", "lower"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "range_middle(high, low, 3)"
high = [10, 12, 13, nan, 15, 14, 11, 10]
low = [8, 9, 11, 10, 12, 11, 8, 9]
value = [nan, nan, 10.5, nan, nan, nan, 11.5, 11]
---*/

/* The middle of the two. */
TX_FUNCTION double tx_range_middle_bar(double top, double bottom, TX_GLOBAL const double* const* x, int t) {
    (void)x;
    (void)t;
    return (top + bottom) / 2.0;
}

TX_RANGES(range_middle)
