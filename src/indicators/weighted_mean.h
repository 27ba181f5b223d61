/*---
group = "helper"
hidden = true
help = "linearly weighted mean of the last length values of a series, from them or, where they are many, its prefix sums; a length that is not whole is cut"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "x", kind = "series" },
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "ramp_hi", kind = "series" },
  { name = "ramp_lo", kind = "series" },
  { name = "length", kind = "scalar", least = 1 },
]
kernel = { form = "series", series = ["x", "hi", "lo", "run", "ramp_hi", "ramp_lo"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "weighted_mean(close, prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, 2.9)"
close = [1, 2, 5, nan, 4, 7]
value = [nan, 1.6666666666666667, 4, nan, nan, 6]
---*/

/* The ramp weighs the run's values with 0, 1, 2 ...; in the window the first one, before which there are
 * `before`, weighs 1. */
TX_FUNCTION double tx_weighted_mean_of(TxSum sum, TxSum ramp, double before, double weights) {
    return tx_sum_distance(ramp, tx_sum_scale_loosely(sum, before - 1.0)) / weights;
}

/* At the bars from `begin` to before `end`, of windows of n values. */
TX_FUNCTION void tx_weighted_mean_bars(TX_GLOBAL const double* const* x, int n, int begin, int end,
                                       TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* hi = x[1];
    TX_GLOBAL const double* lo = x[2];
    TX_GLOBAL const double* run = x[3];
    TX_GLOBAL const double* ramp_hi = x[4];
    TX_GLOBAL const double* ramp_lo = x[5];
    TX_GLOBAL double* result = out[0];
    const double count = (double)n;
    const double weights = count * (count + 1.0) / 2.0;
    int t = begin;
    for (; t < n - 1 && t < end; ++t) result[t] = TX_NAN;
    if (t == n - 1 && t < end) {
        const double mean =
            tx_weighted_mean_of(tx_sum_at(hi, lo, t), tx_sum_at(ramp_hi, ramp_lo, t), 0.0, weights);
        result[t] = run[t] >= count ? mean : TX_NAN;
        ++t;
    }
    TX_INDEPENDENT
    for (; t < end; ++t) {
        const double mean =
            tx_weighted_mean_of(tx_window_loosely(hi, lo, n, t), tx_window_loosely(ramp_hi, ramp_lo, n, t),
                                run[t] - count, weights);
        result[t] = run[t] >= count ? mean : TX_NAN;
    }
}

TX_FUNCTION void tx_weighted_mean(TX_GLOBAL const double* const* x, const double* p, int bars,
                                  TX_GLOBAL double* const* out) {
    const int n = p[0] < (double)bars + 1.0 ? (int)p[0] : bars + 1;
    if (n <= TX_FEW_BARS)
        tx_means_of_few(TX_LINEAR, x[0], n, bars, out[0]);
    else
        tx_weighted_mean_bars(x, n, 0, bars, out);
}
