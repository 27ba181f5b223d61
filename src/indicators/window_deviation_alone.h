/*---
group = "helper"
hidden = true
help = "window_deviation of prefix_sums and prefix_squares; plans have it where nothing else needs those"
source = "SEMANTICS section 5: as if computed exactly and rounded once; 0 where all values are equal"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length" },
  { name = "root", kind = "scalar", help = "1, or 0 for the variance" },
]
kernel = { form = "series", series = ["x"], scalars = ["length", "root"] }
undefined = "length - 1"

[[known]]
expression = "window_deviation_alone(close, 2, 1)"
close = [1, 3, 3, nan, 4, 8]
value = [nan, 1, 0, nan, nan, 2]

[[known]]
expression = "window_deviation_alone(close, 2, 0)"
close = [1, 3, 3, nan, 4, 8]
value = [nan, 1, 0, nan, nan, 4]
---*/

TX_FUNCTION void tx_window_deviation_alone(TX_GLOBAL const double* const* x, const double* p, int bars,
                                           TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    TxSum sums = {0.0, 0.0}; /* up to bar t, and up to bar t - n */
    TxSum sums_before = {0.0, 0.0};
    TxLongSum squares = {{0.0, 0.0}, {0.0, 0.0}};
    TxLongSum squares_before = {{0.0, 0.0}, {0.0, 0.0}};
    TxSum sum_before = {0.0, 0.0};
    TxSum square_before = {0.0, 0.0};
    double run = 0.0;
    double equal = 0.0;
    int t;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        const TxSum sum = tx_next_sum(&sums, v, t);
        const TxSum square = tx_next_long_sum(&squares, v, v, t);
        if (t >= n) {
            const double old = x[0][t - n];
            sum_before = tx_next_sum(&sums_before, old, t - n);
            square_before = tx_next_long_sum(&squares_before, old, old, t - n);
        }
        run = TX_DEFINED(v) ? run + 1.0 : 0.0;
        equal = tx_next_equal(equal, v, t > 0 ? x[0][t - 1] : TX_NAN);
        out[0][t] =
            tx_deviation_of(tx_sum_between(sum, sum_before), tx_sum_subtract_loosely(square, square_before),
                            run, equal, p[0], p[1] != 0.0);
    }
}
