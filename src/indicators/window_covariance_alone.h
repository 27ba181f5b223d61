/*---
group = "helper"
hidden = true
help = "window_covariance of prefix_sums and prefix_products; plans have it where nothing else needs those"
source = "SEMANTICS section 5: as if computed exactly and rounded once; 0 where all values of either are equal"
arguments = [{ name = "x", kind = "series" }, { name = "y", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "series", series = ["x", "y"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "window_covariance_alone(close, open, 2)"
close = [1, 3, 3, 5, nan, 4, 8]
open = [1, 2, 5, 4, 5, 6, 5]
value = [nan, 0.5, 0, -0.5, nan, nan, -1]
---*/

TX_FUNCTION void tx_window_covariance_alone(TX_GLOBAL const double* const* x, const double* p, int bars,
                                            TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    TxSum x_sums = {0.0, 0.0}; /* up to bar t, and up to bar t - n */
    TxSum y_sums = {0.0, 0.0};
    TxSum x_sums_before = {0.0, 0.0};
    TxSum y_sums_before = {0.0, 0.0};
    TxLongSum products = {{0.0, 0.0}, {0.0, 0.0}};
    TxLongSum products_before = {{0.0, 0.0}, {0.0, 0.0}};
    TxSum x_before = {0.0, 0.0};
    TxSum y_before = {0.0, 0.0};
    TxSum product_before = {0.0, 0.0};
    TxPairs pairs = {0.0, 0.0, 0.0};
    int t;
    for (t = 0; t < bars; ++t) {
        const TxSum x_sum = tx_next_sum(&x_sums, x[0][t], t);
        const TxSum y_sum = tx_next_sum(&y_sums, x[1][t], t);
        const TxSum product = tx_next_long_sum(&products, x[0][t], x[1][t], t);
        pairs = tx_next_pairs(pairs, x[0], x[1], t);
        if (t >= n) {
            x_before = tx_next_sum(&x_sums_before, x[0][t - n], t - n);
            y_before = tx_next_sum(&y_sums_before, x[1][t - n], t - n);
            product_before = tx_next_long_sum(&products_before, x[0][t - n], x[1][t - n], t - n);
        }
        out[0][t] = tx_covariance_of(tx_sum_between(x_sum, x_before), tx_sum_between(y_sum, y_before),
                                     tx_sum_subtract_loosely(product, product_before), pairs.run,
                                     tx_level_pairs(pairs), p[0]);
    }
}
