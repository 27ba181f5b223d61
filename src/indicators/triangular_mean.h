/*---
group = "helper"
hidden = true
help = "triangularly weighted mean of the last length values of a series, from them or, where they are many, its prefix sums: a simple mean of a simple mean"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "x", kind = "series" },
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "ramp_hi", kind = "series" },
  { name = "ramp_lo", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["x", "hi", "lo", "run", "ramp_hi", "ramp_lo"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "triangular_mean(close, prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, 4)"
close = [6, 3, 6, 12, 0, nan, 1, 1, 7, 1]
value = [nan, nan, nan, 6, 6.5, nan, nan, nan, nan, 3]
---*/

/* The sum of all the sums of the run's values up to bar `at`: run·sum - Σ j·x, j = 0, 1, 2, ... */
TX_FUNCTION TxSum tx_triangular_mean_sums(TX_GLOBAL const double* const* x, int at) {
    return tx_sum_subtract_loosely(tx_sum_scale_loosely(tx_sum_at(x[1], x[2], at), x[3][at]),
                                   tx_sum_at(x[4], x[5], at));
}

/* ... 0 where that is before the run. */
TX_FUNCTION TxSum tx_triangular_mean_before(TX_GLOBAL const double* const* x, double run, int at, int ago) {
    TxSum sum = tx_triangular_mean_sums(x, at);
    sum.hi = run > (double)ago ? sum.hi : 0.0;
    sum.lo = run > (double)ago ? sum.lo : 0.0;
    return sum;
}

TX_FUNCTION void tx_triangular_mean(TX_GLOBAL const double* const* x, const double* p, int bars,
                                    TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* series[6];
    TX_GLOBAL double* result = out[0];
    const int n = TX_LENGTH(p[0], bars);
    const int inner = (n + 1) / 2; /* the two means' lengths */
    const int outer = n / 2 + 1;
    const double weights = (double)inner * (double)outer;
    int t;
    if (n <= TX_FEW_BARS) {
        tx_means_of_few(TX_TRIANGULAR, x[0], n, bars, result);
        return;
    }
    for (t = 0; t < 6; ++t) series[t] = x[t];
    for (t = 0; t < n - 1; ++t) result[t] = TX_NAN;
    for (; t < bars && t <= n; ++t) { /* the window begins at the series' first or second bar */
        const double run = series[3][t];
        const TxSum near = tx_sum_subtract_loosely(
            tx_triangular_mean_sums(series, t),
            tx_triangular_mean_before(series, run, t >= inner ? t - inner : 0, inner));
        const TxSum far =
            tx_sum_subtract_loosely(tx_triangular_mean_before(series, run, t >= outer ? t - outer : 0, outer),
                                    tx_triangular_mean_before(series, run, 0, n + 1));
        result[t] = run >= (double)n ? tx_sum_distance(near, far) / weights : TX_NAN;
    }
    TX_INDEPENDENT
    for (t = n + 1; t < bars; ++t) {
        const double run = series[3][t];
        const TxSum near = tx_sum_subtract_loosely(tx_triangular_mean_sums(series, t),
                                                   tx_triangular_mean_before(series, run, t - inner, inner));
        const TxSum far = tx_sum_subtract_loosely(tx_triangular_mean_before(series, run, t - outer, outer),
                                                  tx_triangular_mean_before(series, run, t - n - 1, n + 1));
        result[t] = run >= (double)n ? tx_sum_distance(near, far) / weights : TX_NAN;
    }
}
