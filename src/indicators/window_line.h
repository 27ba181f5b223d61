/*---
group = "helper"
hidden = true
help = "slope and start of the straight line that fits the last length values best, from their prefix sums and ramp"
source = "Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes: least squares"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "ramp_hi", kind = "series" },
  { name = "ramp_lo", kind = "series" },
  { name = "equal", kind = "series" },
  { name = "length", kind = "length", least = 2 },
]
kernel = { form = "series", series = ["hi", "lo", "run", "ramp_hi", "ramp_lo", "equal"], scalars = ["length"], outputs = ["slope", "intercept"] }
undefined = "length - 1"

[[known]]
expression = "window_line(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, prefix_ramp(close).equal, 3).slope"
close = [1, 2, 6, 7, 7, 7, nan, 1, 4, 1]
value = [nan, nan, 2.5, 2.5, 0.5, 0, nan, nan, nan, 0]

[[known]]
expression = "window_line(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, prefix_ramp(close).equal, 3).intercept"
close = [1, 2, 6, 7, 7, 7, nan, 1, 4, 1]
value = [nan, nan, 0.5, 2.5, 6.166666666666667, 7, nan, nan, nan, 2]
---*/

TX_FUNCTION void tx_window_line(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    const double count = p[0];
    const double middle = 0.5 * (count - 1.0);
    const double spread =
        count * (count * count - 1.0) / 12.0; /* of 0, 1, ... n - 1 around their middle, squared */
    int t;
    for (t = 0; t < bars; ++t) {
        TxSum sum, ramp;
        double slope;
        if (x[2][t] < count) {
            out[0][t] = TX_NAN;
            out[1][t] = TX_NAN;
            continue;
        }
        if (t >= n) {
            sum = tx_window_of(x[0], x[1], n, t);
            ramp = tx_window_of(x[3], x[4], n, t);
        } else {
            sum.hi = x[0][t];
            sum.lo = x[1][t];
            ramp.hi = x[3][t];
            ramp.lo = x[4][t];
        }
        /* the ramp counts from the run's start: around the window's middle it is the sum of (j - middle)·x */
        slope = tx_sum_subtract(ramp, tx_sum_scale(sum, x[2][t] - count + middle)).hi / spread;
        if (x[5][t] >= count) slope = 0.0;
        out[0][t] = slope;
        out[1][t] = sum.hi / count - slope * middle;
    }
}
