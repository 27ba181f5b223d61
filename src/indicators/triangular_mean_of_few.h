/*---
group = "helper"
hidden = true
help = "triangular_mean of at most 32 values, without prefix sums; plans have it where the length is known"
source = "TA-Lib: TRIMA"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", most = 32 }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "triangular_mean_of_few(close, 4)"
close = [6, 3, 6, 12, 0, nan, 1, 1, 7, 1]
value = [nan, nan, nan, 6, 6.5, nan, nan, nan, nan, 3]
---*/

TX_FUNCTION void tx_triangular_mean_of_few(TX_GLOBAL const double* const* x, const double* p, int bars,
                                           TX_GLOBAL double* const* out) {
    tx_means_of_few(TX_TRIANGULAR, x[0], (int)p[0], bars, out[0]);
}
