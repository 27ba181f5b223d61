/*---
group = "helper"
hidden = true
help = "linearly weighted mean of the last length values of a series, from its prefix sums; a length that is not whole is cut"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "ramp_hi", kind = "series" },
  { name = "ramp_lo", kind = "series" },
  { name = "length", kind = "scalar", least = 1 },
]
kernel = { form = "series", series = ["hi", "lo", "run", "ramp_hi", "ramp_lo"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "weighted_mean(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, 2.9)"
close = [1, 2, 5, nan, 4, 7]
value = [nan, 1.6666666666666667, 4, nan, nan, 6]
---*/

TX_FUNCTION void tx_weighted_mean(TX_GLOBAL const double* const* x, const double* p, int bars,
                                  TX_GLOBAL double* const* out) {
    const int n = p[0] < (double)bars + 1.0 ? (int)p[0] : bars + 1;
    const double count = (double)n;
    const double weights = count * (count + 1.0) / 2.0;
    int t;
    for (t = 0; t < bars; ++t) {
        /* The ramp weighs the run's values with 0, 1, 2 ...; in the window the first one, before which there
         * are `before`, weighs 1. */
        const double before = x[2][t] - count;
        TxSum sum, weighted;
        if (!(before >= 0.0)) {
            out[0][t] = TX_NAN;
            continue;
        }
        sum.hi = x[0][t];
        sum.lo = x[1][t];
        weighted.hi = x[3][t];
        weighted.lo = x[4][t];
        if (before > 0.0) {
            sum = tx_window_of(x[0], x[1], n, t);
            weighted = tx_window_of(x[3], x[4], n, t);
        }
        out[0][t] = tx_sum_subtract(weighted, tx_sum_scale(sum, before - 1.0)).hi / weights;
    }
}
