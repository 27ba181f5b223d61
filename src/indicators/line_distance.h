/*---
group = "helper"
hidden = true
help = "how far the last length values lie from the straight line that fits them best: root of the sum of squares over length - 1, from prefix sums"
source = "Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes: least squares"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "ramp_hi", kind = "series" },
  { name = "ramp_lo", kind = "series" },
  { name = "squares_hi", kind = "series" },
  { name = "squares_lo", kind = "series" },
  { name = "length", kind = "length", least = 3 },
]
kernel = { form = "series", series = ["hi", "lo", "run", "ramp_hi", "ramp_lo", "squares_hi", "squares_lo"], scalars = ["length"] }
undefined = "length - 1"

# 1, 2, 6: the line 0.5, 3, 5.5 leaves 0.5, -1, 0.5; their squares are 1.5.
[[known]]
expression = "line_distance(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, prefix_squares(close).hi, prefix_squares(close).lo, 3)"
close = [1, 2, 6, 10, nan, 1, 4, 7]
value = [nan, nan, 0.866025403784439, 0, nan, nan, nan, 0]
---*/

/* With sums s, r and q of x, (j - middle)·x and x² the sum of squares is q - s²/n - r²/spread. All of it in double-double:
 * what a line leaves is little of what it is taken from. */
TX_FUNCTION void tx_line_distance(TX_GLOBAL const double* const* x, const double* p, int bars,
                                  TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    const double count = p[0];
    const double middle = 0.5 * (count - 1.0);
    const TxSum spread = tx_sum_scale(tx_two_product(count, count * count - 1.0), 1.0 / 4.0); /* times 3 */
    int t;
    for (t = 0; t < bars; ++t) {
        TxSum sum, ramp, squares, rest;
        double distance;
        if (x[2][t] < count) {
            out[0][t] = TX_NAN;
            continue;
        }
        if (t >= n) {
            sum = tx_window_of(x[0], x[1], n, t);
            ramp = tx_window_of(x[3], x[4], n, t);
            squares = tx_window_of(x[5], x[6], n, t);
        } else {
            sum.hi = x[0][t];
            sum.lo = x[1][t];
            ramp.hi = x[3][t];
            ramp.lo = x[4][t];
            squares.hi = x[5][t];
            squares.lo = x[6][t];
        }
        /* the ramp counts from the run's start */
        ramp = tx_sum_subtract(ramp, tx_sum_scale(sum, x[2][t] - count + middle));
        rest = tx_sum_subtract(squares, tx_sum_divide(tx_sum_multiply(sum, sum), tx_exactly(count)));
        rest = tx_sum_subtract(rest, tx_sum_divide(tx_sum_scale(tx_sum_multiply(ramp, ramp), 3.0), spread));
        distance = rest.hi / (count - 1.0);
        /* of a window on a line nothing is left but the rounding of double-double */
        out[0][t] = distance > 1e-28 * squares.hi ? TX_SQRT(distance) : 0.0;
    }
}
