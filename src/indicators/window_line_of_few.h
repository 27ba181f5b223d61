/*---
group = "helper"
hidden = true
help = "window_line of at most 32 values, without prefix sums; plans have it where the length is known"
source = "Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes: least squares"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", least = 2, most = 32 }]
kernel = { form = "series", series = ["x"], scalars = ["length"], outputs = ["slope", "intercept"] }
undefined = "length - 1"

[[known]]
expression = "window_line_of_few(close, 3).slope"
close = [1, 2, 6, 7, 7, 7, nan, 1, 4, 1]
value = [nan, nan, 2.5, 2.5, 0.5, 0, nan, nan, nan, 0]

[[known]]
expression = "window_line_of_few(close, 3).intercept"
close = [1, 2, 6, 7, 7, 7, nan, 1, 4, 1]
value = [nan, nan, 0.5, 2.5, 6.166666666666667, 7, nan, nan, nan, 2]
---*/

TX_FUNCTION void tx_window_line_of_few(TX_GLOBAL const double* const* x, const double* p, int bars,
                                       TX_GLOBAL double* const* out) {
    tx_lines_of_few(x[0], (int)p[0], bars, out[0], out[1]);
}
