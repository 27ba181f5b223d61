/*---
group = "helper"
hidden = true
help = "slope and start of the straight line that fits the last length values best, from them or, where they are many, their prefix sums and ramp"
source = "Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes: least squares"
arguments = [
  { name = "x", kind = "series" },
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "ramp_hi", kind = "series" },
  { name = "ramp_lo", kind = "series" },
  { name = "equal", kind = "series" },
  { name = "length", kind = "length", least = 2 },
]
kernel = { form = "series", series = ["x", "hi", "lo", "run", "ramp_hi", "ramp_lo", "equal"], scalars = ["length"], outputs = ["slope", "intercept"] }
undefined = "length - 1"

[[known]]
expression = "window_line(close, prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, prefix_ramp(close).equal, 3).slope"
close = [1, 2, 6, 7, 7, 7, nan, 1, 4, 1]
value = [nan, nan, 2.5, 2.5, 0.5, 0, nan, nan, nan, 0]

[[known]]
expression = "window_line(close, prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, prefix_ramp(close).equal, 3).intercept"
close = [1, 2, 6, 7, 7, 7, nan, 1, 4, 1]
value = [nan, nan, 0.5, 2.5, 6.166666666666667, 7, nan, nan, nan, 2]
---*/

/* At the bars from `begin` to before `end`, of windows of n values. */
TX_FUNCTION void tx_window_line_bars(TX_GLOBAL const double* const* x, int n, int begin, int end,
                                     TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* series[7];
    TX_GLOBAL double* slopes = out[0];
    TX_GLOBAL double* intercepts = out[1];
    int t;
    for (t = 0; t < 7; ++t) series[t] = x[t];
    for (t = begin; t < n - 1 && t < end; ++t) {
        slopes[t] = TX_NAN;
        intercepts[t] = TX_NAN;
    }
    if (t == n - 1 && t < end) {
        const TxLine line = tx_first_line(series, n);
        slopes[t] = line.slope;
        intercepts[t] = line.intercept;
        ++t;
    }
    TX_INDEPENDENT
    for (; t < end; ++t) {
        const TxLine line = tx_line_at(series, n, t);
        slopes[t] = line.slope;
        intercepts[t] = line.intercept;
    }
}

TX_FUNCTION void tx_window_line(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    if (n <= TX_FEW_BARS)
        tx_lines_of_few(x[0], n, bars, out[0], out[1]);
    else
        tx_window_line_bars(x, n, 0, bars, out);
}
