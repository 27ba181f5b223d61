/*---
group = "helper"
hidden = true
help = "Pearson’s correlation of the last length values of two series, from the prefix sums of both, of their squares and of their products"
source = "Pearson (1895), Notes on regression and inheritance, Proceedings of the Royal Society 58"
arguments = [
  { name = "x_hi", kind = "series" },
  { name = "x_lo", kind = "series" },
  { name = "y_hi", kind = "series" },
  { name = "y_lo", kind = "series" },
  { name = "xx_hi", kind = "series" },
  { name = "xx_lo", kind = "series" },
  { name = "yy_hi", kind = "series" },
  { name = "yy_lo", kind = "series" },
  { name = "xy_hi", kind = "series" },
  { name = "xy_lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "level", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["x_hi", "x_lo", "y_hi", "y_lo", "xx_hi", "xx_lo", "yy_hi", "yy_lo", "xy_hi", "xy_lo", "run", "level"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "window_correlation(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(open).hi, prefix_sums(open).lo, prefix_squares(close).hi, prefix_squares(close).lo, prefix_squares(open).hi, prefix_squares(open).lo, prefix_products(close, open).hi, prefix_products(close, open).lo, prefix_products(close, open).run, prefix_products(close, open).level, 3)"
close = [1, 2, 4, 4, 4.5, nan, 1, 2, 3]
open = [1, 2, 3, 3, 2, 5, 4, 4, 4]
value = [nan, nan, 0.9819805060619657, 1, -1, nan, nan, nan, 0]
---*/

/* The sums of what windows of two series are told from: of x, y, x², y² and x·y. */
typedef struct {
    TxSum x;
    TxSum y;
    TxSum xx;
    TxSum yy;
    TxSum xy;
} TxPairSums;

/* Of n pairs with these sums, of which in the last `level` all of either are equal. */
TX_FUNCTION double tx_correlation_of(TxPairSums s, double run, double level, double count) {
    const double squared = count * count;
    const double x = tx_squared_distances(s.x, s.xx, count) / squared;
    const double y = tx_squared_distances(s.y, s.yy, count) / squared;
    const double xy =
        tx_sum_distance(tx_sum_scale_loosely(s.xy, count), tx_sum_multiply_loosely(s.x, s.y)) / squared;
    const double spread = TX_SQRT(x > 0.0 ? x : 0.0) * TX_SQRT(y > 0.0 ? y : 0.0);
    const double ratio = xy / spread;
    const double above = ratio < 1.0 ? ratio : 1.0;
    const double within = above > -1.0 ? above : -1.0;
    const double correlation = level < count && spread > 0.0 ? within : 0.0;
    return run < count ? TX_NAN : correlation;
}

/* Of windows that end at the first bar of these series, the second, ...; before it are n more. */
TX_FUNCTION void tx_correlations(TX_GLOBAL const double* const* sums, TX_GLOBAL const double* run,
                                 TX_GLOBAL const double* level, int n, double count, int bars,
                                 TX_GLOBAL double* result) {
    TX_GLOBAL const double* x_hi = sums[0];
    TX_GLOBAL const double* x_lo = sums[1];
    TX_GLOBAL const double* y_hi = sums[2];
    TX_GLOBAL const double* y_lo = sums[3];
    TX_GLOBAL const double* xx_hi = sums[4];
    TX_GLOBAL const double* xx_lo = sums[5];
    TX_GLOBAL const double* yy_hi = sums[6];
    TX_GLOBAL const double* yy_lo = sums[7];
    TX_GLOBAL const double* xy_hi = sums[8];
    TX_GLOBAL const double* xy_lo = sums[9];
    int t;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        TxPairSums s;
        s.x = tx_window_of(x_hi, x_lo, n, t);
        s.y = tx_window_of(y_hi, y_lo, n, t);
        s.xx = tx_window_loosely(xx_hi, xx_lo, n, t);
        s.yy = tx_window_loosely(yy_hi, yy_lo, n, t);
        s.xy = tx_window_loosely(xy_hi, xy_lo, n, t);
        result[t] = tx_correlation_of(s, run[t], level[t], count);
    }
}

TX_FUNCTION void tx_window_correlation(TX_GLOBAL const double* const* x, const double* p, int bars,
                                       TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    TX_GLOBAL const double* sums[10];
    int t;
    for (t = 0; t < n - 1; ++t) out[0][t] = TX_NAN;
    if (n <= bars) {
        TxPairSums s;
        s.x = tx_sum_at(x[0], x[1], n - 1);
        s.y = tx_sum_at(x[2], x[3], n - 1);
        s.xx = tx_sum_at(x[4], x[5], n - 1);
        s.yy = tx_sum_at(x[6], x[7], n - 1);
        s.xy = tx_sum_at(x[8], x[9], n - 1);
        out[0][n - 1] = tx_correlation_of(s, x[10][n - 1], x[11][n - 1], p[0]);
    }
    for (t = 0; t < 10; ++t) sums[t] = x[t] + n;
    tx_correlations(sums, x[10] + n, x[11] + n, n, p[0], bars - n, out[0] + n);
}
