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

TX_FUNCTION void tx_window_line(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* hi = x[1];
    TX_GLOBAL const double* lo = x[2];
    TX_GLOBAL const double* run = x[3];
    TX_GLOBAL const double* ramp_hi = x[4];
    TX_GLOBAL const double* ramp_lo = x[5];
    TX_GLOBAL const double* equal = x[6];
    TX_GLOBAL double* slopes = out[0];
    TX_GLOBAL double* intercepts = out[1];
    const int n = TX_LENGTH(p[0], bars);
    const double count = p[0];
    const double middle = 0.5 * (count - 1.0);
    const double spread =
        count * (count * count - 1.0) / 12.0; /* of 0, 1, ... n - 1 around their middle, squared */
    int t;
    if (n <= TX_FEW_BARS) {
        tx_lines_of_few(x[0], n, bars, slopes, intercepts);
        return;
    }
    for (t = 0; t < n - 1; ++t) {
        slopes[t] = TX_NAN;
        intercepts[t] = TX_NAN;
    }
    if (n <= bars) {
        const TxSum sum = tx_sum_at(hi, lo, n - 1);
        const TxSum ramp = tx_sum_at(ramp_hi, ramp_lo, n - 1);
        const double tilt = tx_window_line_rise(sum, ramp, run[n - 1] - count + middle) / spread;
        const double slope = run[n - 1] < count ? TX_NAN : equal[n - 1] >= count ? 0.0 : tilt;
        slopes[n - 1] = slope;
        intercepts[n - 1] = sum.hi / count - slope * middle;
    }
    TX_INDEPENDENT
    for (t = n; t < bars; ++t) {
        const TxSum sum = tx_window_of(hi, lo, n, t);
        const TxSum ramp = tx_window_loosely(ramp_hi, ramp_lo, n, t);
        const double tilt = tx_window_line_rise(sum, ramp, run[t] - count + middle) / spread;
        const double known = equal[t] >= count ? 0.0 : tilt;
        const double slope = run[t] >= count ? known : TX_NAN;
        slopes[t] = slope;
        intercepts[t] = sum.hi / count - slope * middle;
    }
}
