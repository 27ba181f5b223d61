/*---
group = "helper"
hidden = true
help = "triangularly weighted mean of the last length values of a series, from them or, where they are many, the sums of its prefix sums: a simple mean of a simple mean"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "x", kind = "series" },
  { name = "run", kind = "series" },
  { name = "sums_hi", kind = "series" },
  { name = "sums_lo", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["x", "run", "sums_hi", "sums_lo"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "triangular_mean(close, prefix_sums(close).run, cum(cum(close)), 0 * close, 4)"
close = [6, 3, 6, 12, 0, 1, 1, 7, 1]
value = [nan, nan, nan, 6, 6.5, 5.166666666666667, 2.5, 1.8333333333333333, 3]
---*/

/* The sum of the sums at bar `at`, `ago` bars before one with so many; 0 where that is before the run. */
TX_FUNCTION TxSum tx_triangular_mean_before(TX_GLOBAL const double* const* x, double run, int at, int ago) {
    TxSum sum = tx_sum_at(x[2], x[3], at);
    sum.hi = run > (double)ago ? sum.hi : 0.0;
    sum.lo = run > (double)ago ? sum.lo : 0.0;
    return sum;
}

/* At the bars from `begin` to before `end`, of windows of n values. */
TX_FUNCTION void tx_triangular_mean_bars(TX_GLOBAL const double* const* x, int n, int begin, int end,
                                         TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* series[4];
    TX_GLOBAL double* result = out[0];
    const int inner = (n + 1) / 2; /* the two means' lengths */
    const int outer = n / 2 + 1;
    const double weights = (double)inner * (double)outer;
    int t;
    for (t = 0; t < 4; ++t) series[t] = x[t];
    for (t = begin; t < n - 1 && t < end; ++t) result[t] = TX_NAN;
    for (; t < end && t <= n; ++t) { /* the window begins at the series' first or second bar */
        const double run = series[1][t];
        const TxSum near = tx_sum_subtract_loosely(
            tx_sum_at(series[2], series[3], t),
            tx_triangular_mean_before(series, run, t >= inner ? t - inner : 0, inner));
        const TxSum far =
            tx_sum_subtract_loosely(tx_triangular_mean_before(series, run, t >= outer ? t - outer : 0, outer),
                                    tx_triangular_mean_before(series, run, 0, n + 1));
        result[t] = run >= (double)n ? tx_sum_distance(near, far) / weights : TX_NAN;
    }
    TX_INDEPENDENT
    for (; t < end; ++t) {
        const double run = series[1][t];
        const TxSum near = tx_sum_subtract_loosely(tx_sum_at(series[2], series[3], t),
                                                   tx_triangular_mean_before(series, run, t - inner, inner));
        const TxSum far = tx_sum_subtract_loosely(tx_triangular_mean_before(series, run, t - outer, outer),
                                                  tx_triangular_mean_before(series, run, t - n - 1, n + 1));
        result[t] = run >= (double)n ? tx_sum_distance(near, far) / weights : TX_NAN;
    }
}

TX_FUNCTION void tx_triangular_mean(TX_GLOBAL const double* const* x, const double* p, int bars,
                                    TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    if (n <= TX_FEW_BARS)
        tx_means_of_few(TX_TRIANGULAR, x[0], n, bars, out[0]);
    else
        tx_triangular_mean_bars(x, n, 0, bars, out);
}
