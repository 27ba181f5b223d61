/*---
group = "helper"
hidden = true
help = "window_line_at of at most 32 values, without prefix sums; plans have it where the length is known"
source = "Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes: least squares"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", least = 2, most = 32 }, { name = "at", kind = "scalar" }]
kernel = { form = "series", series = ["x"], scalars = ["length", "at"] }
undefined = "length - 1"

[[known]]
expression = "window_line_at_of_few(close, 3, 2)"
close = [1, 2, 6, 7, 7, 7, nan, 1, 4, 1]
value = [nan, nan, 5.5, 7.5, 7.166666666666667, 7, nan, nan, nan, 2]
---*/

TX_FUNCTION void tx_window_line_at_of_few(TX_GLOBAL const double* const* x, const double* p, int bars,
                                          TX_GLOBAL double* const* out) {
    tx_line_values_of_few(x[0], (int)p[0], p[1], bars, out[0]);
}
