/*---
group = "helper"
hidden = true
help = "window_correlation of prefix_sums, prefix_squares and prefix_products; plans have it where nothing else needs those"
source = "Pearson (1895), Notes on regression and inheritance, Proceedings of the Royal Society 58"
arguments = [{ name = "x", kind = "series" }, { name = "y", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "series", series = ["x", "y"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "window_correlation_alone(close, open, 3)"
close = [1, 2, 4, 4, 4.5, nan, 1, 2, 3]
open = [1, 2, 3, 3, 2, 5, 4, 4, 4]
value = [nan, nan, 0.9819805060619657, 1, -1, nan, nan, nan, 0]
---*/

/* The sums up to a bar that windows of two series are told from, as they grow from bar to bar. */
typedef struct {
    TxSum x;
    TxSum y;
    TxLongSum xx;
    TxLongSum yy;
    TxLongSum xy;
} TxPairChains;

TX_FUNCTION TxPairSums tx_next_pair_sums(TxPairChains* chains, double a, double b, int t) {
    TxPairSums sums;
    sums.x = tx_next_sum(&chains->x, a, t);
    sums.y = tx_next_sum(&chains->y, b, t);
    sums.xx = tx_next_long_sum(&chains->xx, a, a, t);
    sums.yy = tx_next_long_sum(&chains->yy, b, b, t);
    sums.xy = tx_next_long_sum(&chains->xy, a, b, t);
    return sums;
}

TX_FUNCTION void tx_window_correlation_alone(TX_GLOBAL const double* const* x, const double* p, int bars,
                                             TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    const TxPairChains none = {
        {0.0, 0.0}, {0.0, 0.0}, {{0.0, 0.0}, {0.0, 0.0}}, {{0.0, 0.0}, {0.0, 0.0}}, {{0.0, 0.0}, {0.0, 0.0}}};
    TxPairChains chains = none; /* up to bar t, and up to bar t - n */
    TxPairChains chains_before = none;
    TxPairSums before = {{0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}};
    TxPairs pairs = {0.0, 0.0, 0.0};
    int t;
    for (t = 0; t < bars; ++t) {
        TxPairSums sums = tx_next_pair_sums(&chains, x[0][t], x[1][t], t);
        pairs = tx_next_pairs(pairs, x[0], x[1], t);
        if (t >= n) before = tx_next_pair_sums(&chains_before, x[0][t - n], x[1][t - n], t - n);
        sums.x = tx_sum_between(sums.x, before.x);
        sums.y = tx_sum_between(sums.y, before.y);
        sums.xx = tx_sum_subtract_loosely(sums.xx, before.xx);
        sums.yy = tx_sum_subtract_loosely(sums.yy, before.yy);
        sums.xy = tx_sum_subtract_loosely(sums.xy, before.xy);
        out[0][t] = tx_correlation_of(sums, pairs.run, tx_level_pairs(pairs), p[0]);
    }
}
