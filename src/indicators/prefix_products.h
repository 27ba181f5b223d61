/*---
group = "helper"
hidden = true
help = "sums of x·y since either was last undefined, in double-double (hi + lo), how many they are (run), and of how many of the last all x or all y were equal (level)"
source = "Knuth, The Art of Computer Programming 2, 4.2.2"
arguments = [{ name = "x", kind = "series" }, { name = "y", kind = "series" }]
kernel = { form = "series", series = ["x", "y"], outputs = ["hi", "lo", "run", "level"] }
undefined = "0"

[[known]]
expression = "prefix_products(close, open).hi"
close = [1, 2, nan, 4, 5]
open = [3, 3, 3, nan, 2]
value = [3, 9, 0, 0, 10]

[[known]]
expression = "prefix_products(close, open).level"
close = [1, 2, 2, 2, nan, 4]
open = [3, 3, 4, 5, 6, 6]
value = [1, 2, 2, 3, 0, 1]
---*/

TX_FUNCTION void tx_prefix_products(TX_GLOBAL const double* const* x, const double* p, int bars,
                                    TX_GLOBAL double* const* out) {
    TxLongSum sum = {{0.0, 0.0}, {0.0, 0.0}};
    TxPairs pairs = {0.0, 0.0, 0.0};
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const TxSum products = tx_next_long_sum(&sum, x[0][t], x[1][t], t);
        pairs = tx_next_pairs(pairs, x[0], x[1], t);
        out[0][t] = products.hi;
        out[1][t] = products.lo;
        out[2][t] = pairs.run;
        out[3][t] = tx_level_pairs(pairs);
    }
}
