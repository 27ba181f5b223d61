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

/* The ramp counts from the run's start: around the window's middle it is the sum of (j - middle)·x. */
TX_FUNCTION double tx_window_line_rise(TxSum sum, TxSum ramp, double middle) {
    return tx_sum_distance(ramp, tx_sum_scale_loosely(sum, middle));
}

/* At the bars from `begin` to before `end`, of windows of n values. */
TX_FUNCTION void tx_window_line_bars(TX_GLOBAL const double* const* x, const double* p, int n, int begin,
                                     int end, TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* hi = x[1];
    TX_GLOBAL const double* lo = x[2];
    TX_GLOBAL const double* run = x[3];
    TX_GLOBAL const double* ramp_hi = x[4];
    TX_GLOBAL const double* ramp_lo = x[5];
    TX_GLOBAL const double* equal = x[6];
    TX_GLOBAL double* slopes = out[0];
    TX_GLOBAL double* intercepts = out[1];
    const double count = p[0];
    const double middle = 0.5 * (count - 1.0);
    const double spread =
        count * (count * count - 1.0) / 12.0; /* of 0, 1, ... n - 1 around their middle, squared */
    int t;
    for (t = begin; t < n - 1 && t < end; ++t) {
        slopes[t] = TX_NAN;
        intercepts[t] = TX_NAN;
    }
    if (t == n - 1 && t < end) {
        const TxSum sum = tx_sum_at(hi, lo, t);
        const TxSum ramp = tx_sum_at(ramp_hi, ramp_lo, t);
        const double tilt = tx_window_line_rise(sum, ramp, run[t] - count + middle) / spread;
        const double slope = run[t] < count ? TX_NAN : equal[t] >= count ? 0.0 : tilt;
        slopes[t] = slope;
        intercepts[t] = sum.hi / count - slope * middle;
        ++t;
    }
    TX_INDEPENDENT
    for (; t < end; ++t) {
        const TxSum sum = tx_window_of(hi, lo, n, t);
        const TxSum ramp = tx_window_loosely(ramp_hi, ramp_lo, n, t);
        const double tilt = tx_window_line_rise(sum, ramp, run[t] - count + middle) / spread;
        const double known = equal[t] >= count ? 0.0 : tilt;
        const double slope = run[t] >= count ? known : TX_NAN;
        slopes[t] = slope;
        intercepts[t] = sum.hi / count - slope * middle;
    }
}

TX_FUNCTION void tx_window_line(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    if (n <= TX_FEW_BARS)
        tx_lines_of_few(x[0], n, bars, out[0], out[1]);
    else
        tx_window_line_bars(x, p, n, 0, bars, out);
}
