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

/* Of n pairs of values with these sums and this sum of products. */
TX_FUNCTION double tx_window_covariance_of(TxSum a, TxSum b, TxSum products, double count) {
    /* n·products - sum·sum, in double-double */
    return tx_sum_subtract(tx_sum_scale(products, count), tx_sum_multiply(a, b)).hi / (count * count);
}

TX_FUNCTION void tx_window_covariance(TX_GLOBAL const double* const* x, const double* p, int bars,
                                      TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* x_hi = x[0];
    TX_GLOBAL const double* x_lo = x[1];
    TX_GLOBAL const double* y_hi = x[2];
    TX_GLOBAL const double* y_lo = x[3];
    TX_GLOBAL const double* products_hi = x[4];
    TX_GLOBAL const double* products_lo = x[5];
    TX_GLOBAL const double* run = x[6];
    TX_GLOBAL const double* level = x[7];
    TX_GLOBAL double* result = out[0];
    const int n = TX_LENGTH(p[0], bars);
    const double count = p[0];
    int t;
    for (t = 0; t < n - 1; ++t) result[t] = TX_NAN;
    if (n <= bars) {
        const double covariance =
            tx_window_covariance_of(tx_sum_at(x_hi, x_lo, n - 1), tx_sum_at(y_hi, y_lo, n - 1),
                                    tx_sum_at(products_hi, products_lo, n - 1), count);
        result[n - 1] = run[n - 1] < count ? TX_NAN : level[n - 1] >= count ? 0.0 : covariance;
    }
    TX_INDEPENDENT
    for (t = n; t < bars; ++t) {
        const double covariance =
            tx_window_covariance_of(tx_window_of(x_hi, x_lo, n, t), tx_window_of(y_hi, y_lo, n, t),
                                    tx_window_of(products_hi, products_lo, n, t), count);
        const double known = level[t] >= count ? 0.0 : covariance;
        result[t] = run[t] >= count ? known : TX_NAN;
    }
}
