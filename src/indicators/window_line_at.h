/*---
group = "helper"
hidden = true
help = "where the line of window_line is `at` bars after its start"
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
  { name = "at", kind = "scalar" },
]
kernel = { form = "series", series = ["x", "hi", "lo", "run", "ramp_hi", "ramp_lo", "equal"], scalars = ["length", "at"] }
undefined = "length - 1"

[[known]]
expression = "window_line_at(close, prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, prefix_ramp(close).equal, 3, 2)"
close = [1, 2, 6, 7, 7, 7, nan, 1, 4, 1]
value = [nan, nan, 5.5, 7.5, 7.166666666666667, 7, nan, nan, nan, 2]
---*/

/* At the bars from `begin` to before `end`, of windows of n values. */
TX_FUNCTION void tx_window_line_at_bars(TX_GLOBAL const double* const* x, int n, double at, int begin,
                                        int end, TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* series[7];
    TX_GLOBAL double* result = out[0];
    int t;
    for (t = 0; t < 7; ++t) series[t] = x[t];
    for (t = begin; t < n - 1 && t < end; ++t) result[t] = TX_NAN;
    if (t == n - 1 && t < end) {
        const TxLine line = tx_first_line(series, n);
        result[t] = line.intercept + line.slope * at;
        ++t;
    }
    TX_INDEPENDENT
    for (; t < end; ++t) {
        const TxLine line = tx_line_at(series, n, t);
        result[t] = line.intercept + line.slope * at;
    }
}

TX_FUNCTION void tx_window_line_at(TX_GLOBAL const double* const* x, const double* p, int bars,
                                   TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    if (n <= TX_FEW_BARS)
        tx_line_values_of_few(x[0], n, p[1], bars, out[0]);
    else
        tx_window_line_at_bars(x, n, p[1], 0, bars, out);
}
