/*---
group = "helper"
hidden = true
help = "sums of the squares of all values since the last undefined one, in double-double (hi + lo), and how many of the last were equal"
source = "Knuth, The Art of Computer Programming 2, 4.2.2"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"], outputs = ["hi", "lo", "equal"] }
undefined = "0"

[[known]]
expression = "prefix_squares(close).hi"
close = [1, 2, nan, 4]
value = [1, 5, 0, 16]

[[known]]
expression = "prefix_squares(close).equal"
close = [1, 1, nan, 4, 4, 4, 5]
value = [1, 2, 0, 1, 2, 3, 1]
---*/

TX_FUNCTION void tx_prefix_squares(TX_GLOBAL const double* const* x, const double* p, int bars,
                                   TX_GLOBAL double* const* out) {
    TxLongSum sum = {{0.0, 0.0}, {0.0, 0.0}};
    double before = TX_NAN;
    double equal = 0.0;
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        const TxSum squares = tx_next_long_sum(&sum, v, v, t);
        equal = tx_next_equal(equal, v, before);
        before = v;
        out[0][t] = squares.hi;
        out[1][t] = squares.lo;
        out[2][t] = equal;
    }
}
