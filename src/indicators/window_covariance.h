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

TX_FUNCTION void tx_window_covariance(TX_GLOBAL const double* const* x, const double* p, int bars,
                                      TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    const double count = p[0];
    int t;
    for (t = 0; t < bars; ++t) {
        /* n·products - sum·sum, in double-double */
        TxSum a, b, products;
        double covariance;
        if (x[6][t] < count) {
            out[0][t] = TX_NAN;
            continue;
        }
        if (t >= n) {
            a = tx_window_of(x[0], x[1], n, t);
            b = tx_window_of(x[2], x[3], n, t);
            products = tx_window_of(x[4], x[5], n, t);
        } else {
            a.hi = x[0][t];
            a.lo = x[1][t];
            b.hi = x[2][t];
            b.lo = x[3][t];
            products.hi = x[4][t];
            products.lo = x[5][t];
        }
        covariance =
            tx_sum_subtract(tx_sum_scale(products, count), tx_sum_multiply(a, b)).hi / (count * count);
        out[0][t] = x[7][t] >= count ? 0.0 : covariance;
    }
}
