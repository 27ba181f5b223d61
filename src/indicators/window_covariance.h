/*---
group = "helper"
hidden = true
help = "population covariance of the last length values of two series, from the prefix sums of both and of their products"
source = "SEMANTICS section 5: as if computed exactly and rounded once; 0 where all values of either are equal"
arguments = [
  { name = "x_hi", kind = "series" },
  { name = "x_lo", kind = "series" },
  { name = "y_hi", kind = "series" },
  { name = "y_lo", kind = "series" },
  { name = "products_hi", kind = "series" },
  { name = "products_lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "level", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["x_hi", "x_lo", "y_hi", "y_lo", "products_hi", "products_lo", "run", "level"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "window_covariance(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(open).hi, prefix_sums(open).lo, prefix_products(close, open).hi, prefix_products(close, open).lo, prefix_products(close, open).run, prefix_products(close, open).level, 2)"
close = [1, 3, 3, 5, nan, 4, 8]
open = [1, 2, 5, 4, 5, 6, 5]
value = [nan, 0.5, 0, -0.5, nan, nan, -1]
---*/

/* Of n pairs of values with these sums and this sum of products, of which in the last `level` all of either are
 * equal: n·products - sum·sum, in double-double. */
TX_FUNCTION double tx_covariance_of(TxSum a, TxSum b, TxSum products, double run, double level,
                                    double count) {
    const double covariance =
        tx_sum_distance(tx_sum_scale_loosely(products, count), tx_sum_multiply_loosely(a, b)) /
        (count * count);
    return run < count ? TX_NAN : level >= count ? 0.0 : covariance;
}

/* Of windows that end at the first bar of these series, the second, ...; before it are n more. */
TX_FUNCTION void tx_covariances(TX_GLOBAL const double* x_hi, TX_GLOBAL const double* x_lo,
                                TX_GLOBAL const double* y_hi, TX_GLOBAL const double* y_lo,
                                TX_GLOBAL const double* products_hi, TX_GLOBAL const double* products_lo,
                                TX_GLOBAL const double* run, TX_GLOBAL const double* level, int n,
                                double count, int bars, TX_GLOBAL double* result) {
    int t;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t)
        result[t] =
            tx_covariance_of(tx_window_of(x_hi, x_lo, n, t), tx_window_of(y_hi, y_lo, n, t),
                             tx_window_loosely(products_hi, products_lo, n, t), run[t], level[t], count);
}

TX_FUNCTION void tx_window_covariance(TX_GLOBAL const double* const* x, const double* p, int bars,
                                      TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    int t;
    for (t = 0; t < n - 1; ++t) out[0][t] = TX_NAN;
    if (n <= bars)
        out[0][n - 1] = tx_covariance_of(tx_sum_at(x[0], x[1], n - 1), tx_sum_at(x[2], x[3], n - 1),
                                         tx_sum_at(x[4], x[5], n - 1), x[6][n - 1], x[7][n - 1], p[0]);
    tx_covariances(x[0] + n, x[1] + n, x[2] + n, x[3] + n, x[4] + n, x[5] + n, x[6] + n, x[7] + n, n, p[0],
                   bars - n, out[0] + n);
}
