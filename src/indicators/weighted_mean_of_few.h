/*---
group = "helper"
hidden = true
help = "weighted_mean of at most 32 values, without prefix sums; plans have it where the length is known"
source = "Pine Script: ta.wma"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "scalar", least = 1, most = 32 }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "weighted_mean_of_few(close, 2.9)"
close = [1, 2, 5, nan, 4, 7]
value = [nan, 1.6666666666666667, 4, nan, nan, 6]
---*/

TX_FUNCTION void tx_weighted_mean_of_few(TX_GLOBAL const double* const* x, const double* p, int bars,
                                         TX_GLOBAL double* const* out) {
    tx_means_of_few(TX_LINEAR, x[0], (int)p[0], bars, out[0]);
}
