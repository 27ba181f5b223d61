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

TX_FUNCTION void tx_window_deviation(TX_GLOBAL const double* const* x, const double* p, int bars,
                                     TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* run = x[2];
    TX_GLOBAL const double* equal = x[5];
    TX_GLOBAL double* result = out[0];
    const int n = TX_LENGTH(p[0], bars);
    const double count = p[0];
    int t;
    for (t = 0; t < n - 1; ++t) result[t] = TX_NAN;
    for (; t < bars; ++t) {
        /* n·squares - sum², both in double-double */
        TxSum sum, squares, a, b;
        double variance, deviation;
        if (t >= n) {
            sum = tx_window_of(x[0], x[1], n, t);
            squares = tx_window_of(x[3], x[4], n, t);
        } else {
            sum.hi = x[0][t];
            sum.lo = x[1][t];
            squares.hi = x[3][t];
            squares.lo = x[4][t];
        }
        a = tx_sum_scale(squares, count);
        b = tx_two_product(sum.hi, sum.hi);
        b = tx_fast_two_sum(b.hi, b.lo + 2.0 * sum.hi * sum.lo);
        a = tx_sum_subtract(a, b);
        variance = a.hi / (count * count);
        deviation = variance > 0.0 ? TX_SQRT(variance) : 0.0;
        deviation = equal[t] >= count ? 0.0 : deviation;
        result[t] = run[t] >= count ? deviation : TX_NAN;
    }
}
