/*---
group = "helper"
hidden = true
help = "population standard deviation, or without root variance, of the last length values of a series, from the prefix sums of it and of its squares"
source = "SEMANTICS section 5: as if computed exactly and rounded once; 0 where all values are equal"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "squares_hi", kind = "series" },
  { name = "squares_lo", kind = "series" },
  { name = "equal", kind = "series" },
  { name = "length", kind = "length" },
  { name = "root", kind = "scalar", help = "1, or 0 for the variance" },
]
kernel = { form = "series", series = ["hi", "lo", "run", "squares_hi", "squares_lo", "equal"], scalars = ["length", "root"] }
undefined = "length - 1"

[[known]]
expression = "window_deviation(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_squares(close).hi, prefix_squares(close).lo, prefix_squares(close).equal, 2, 1)"
close = [1, 3, 3, nan, 4, 8]
value = [nan, 1, 0, nan, nan, 2]

[[known]]
expression = "window_deviation(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_squares(close).hi, prefix_squares(close).lo, prefix_squares(close).equal, 2, 0)"
close = [1, 3, 3, nan, 4, 8]
value = [nan, 1, 0, nan, nan, 4]
---*/

/* Of n values with this sum and sum of squares, of which the last so many are equal. */
TX_FUNCTION double tx_deviation_of(TxSum sum, TxSum squares, double run, double equal, double count,
                                   int root) {
    const double variance = tx_squared_distances(sum, squares, count) / (count * count);
    const double positive = variance > 0.0 ? variance : 0.0;
    const double deviation = root ? TX_SQRT(positive) : positive;
    return run < count ? TX_NAN : equal >= count ? 0.0 : deviation;
}

/* Of windows that end at the first bar of these series, the second, ...; before it are n more. */
TX_FUNCTION void tx_deviations(TX_GLOBAL const double* hi, TX_GLOBAL const double* lo,
                               TX_GLOBAL const double* run, TX_GLOBAL const double* squares_hi,
                               TX_GLOBAL const double* squares_lo, TX_GLOBAL const double* equal, int n,
                               double count, int root, int bars, TX_GLOBAL double* result) {
    int t;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t)
        result[t] =
            tx_deviation_of(tx_window_of(hi, lo, n, t), tx_window_loosely(squares_hi, squares_lo, n, t),
                            run[t], equal[t], count, root);
}

/* At the bars from `begin` to before `end`, of windows of n values. */
TX_FUNCTION void tx_window_deviation_bars(TX_GLOBAL const double* const* x, const double* p, int n, int begin,
                                          int end, TX_GLOBAL double* const* out) {
    int t;
    for (t = begin; t < n - 1 && t < end; ++t) out[0][t] = TX_NAN;
    if (t == n - 1 && t < end) {
        out[0][t] = tx_deviation_of(tx_sum_at(x[0], x[1], t), tx_sum_at(x[3], x[4], t), x[2][t], x[5][t],
                                    p[0], p[1] != 0.0);
        ++t;
    }
    if (p[1] != 0.0)
        tx_deviations(x[0] + t, x[1] + t, x[2] + t, x[3] + t, x[4] + t, x[5] + t, n, p[0], 1, end - t,
                      out[0] + t);
    else
        tx_deviations(x[0] + t, x[1] + t, x[2] + t, x[3] + t, x[4] + t, x[5] + t, n, p[0], 0, end - t,
                      out[0] + t);
}

TX_FUNCTION void tx_window_deviation(TX_GLOBAL const double* const* x, const double* p, int bars,
                                     TX_GLOBAL double* const* out) {
    tx_window_deviation_bars(x, p, TX_LENGTH(p[0], bars), 0, bars, out);
}
