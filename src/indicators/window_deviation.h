/*---
group = "helper"
hidden = true
help = "population standard deviation of the last length values of a series, from the prefix sums of it and of its squares"
source = "SEMANTICS section 5: as if computed exactly and rounded once; 0 where all values are equal"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "squares_hi", kind = "series" },
  { name = "squares_lo", kind = "series" },
  { name = "equal", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["hi", "lo", "run", "squares_hi", "squares_lo", "equal"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "window_deviation(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_squares(close).hi, prefix_squares(close).lo, prefix_squares(close).equal, 2)"
close = [1, 3, 3, nan, 4, 8]
value = [nan, 1, 0, nan, nan, 2]
---*/

/* Of n values with this sum and sum of squares. */
TX_FUNCTION double tx_window_deviation_of(TxSum sum, TxSum squares, double count) {
    /* n·squares - sum², both in double-double */
    TxSum a, b;
    double variance;
    a = tx_sum_scale(squares, count);
    b = tx_two_product(sum.hi, sum.hi);
    b = tx_fast_two_sum(b.hi, b.lo + 2.0 * sum.hi * sum.lo);
    a = tx_sum_subtract(a, b);
    variance = a.hi / (count * count);
    return TX_SQRT(variance > 0.0 ? variance : 0.0);
}

TX_FUNCTION void tx_window_deviation(TX_GLOBAL const double* const* x, const double* p, int bars,
                                     TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* hi = x[0];
    TX_GLOBAL const double* lo = x[1];
    TX_GLOBAL const double* run = x[2];
    TX_GLOBAL const double* squares_hi = x[3];
    TX_GLOBAL const double* squares_lo = x[4];
    TX_GLOBAL const double* equal = x[5];
    TX_GLOBAL double* result = out[0];
    const int n = TX_LENGTH(p[0], bars);
    const double count = p[0];
    int t;
    for (t = 0; t < n - 1; ++t) result[t] = TX_NAN;
    if (n <= bars) {
        const double deviation =
            tx_window_deviation_of(tx_sum_at(hi, lo, n - 1), tx_sum_at(squares_hi, squares_lo, n - 1), count);
        result[n - 1] = run[n - 1] < count ? TX_NAN : equal[n - 1] >= count ? 0.0 : deviation;
    }
    TX_INDEPENDENT
    for (t = n; t < bars; ++t) {
        const double deviation = tx_window_deviation_of(tx_window_of(hi, lo, n, t),
                                                        tx_window_of(squares_hi, squares_lo, n, t), count);
        const double known = equal[t] >= count ? 0.0 : deviation;
        result[t] = run[t] >= count ? known : TX_NAN;
    }
}
