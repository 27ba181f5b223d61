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

TX_FUNCTION void tx_window_deviation(TX_GLOBAL const double* const* x, const double* p, int bars,
                                     TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    int t;
    for (t = 0; t < n - 1; ++t) out[0][t] = TX_NAN;
    if (n <= bars)
        out[0][n - 1] = tx_deviation_of(tx_sum_at(x[0], x[1], n - 1), tx_sum_at(x[3], x[4], n - 1),
                                        x[2][n - 1], x[5][n - 1], p[0], p[1] != 0.0);
    if (p[1] != 0.0)
        tx_deviations(x[0] + n, x[1] + n, x[2] + n, x[3] + n, x[4] + n, x[5] + n, n, p[0], 1, bars - n,
                      out[0] + n);
    else
        tx_deviations(x[0] + n, x[1] + n, x[2] + n, x[3] + n, x[4] + n, x[5] + n, n, p[0], 0, bars - n,
                      out[0] + n);
}
