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
    TxSum sum = {0.0, 0.0};
    double run = 0.0;
    double equal_x = 0.0;
    double equal_y = 0.0;
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double a = x[0][t];
        const double b = x[1][t];
        if (TX_DEFINED(a) && TX_DEFINED(b)) {
            sum = tx_sum_add_sum(sum, tx_two_product(a, b));
            equal_x = run > 0.0 && a == x[0][t - 1] ? equal_x + 1.0 : 1.0;
            equal_y = run > 0.0 && b == x[1][t - 1] ? equal_y + 1.0 : 1.0;
            run += 1.0;
        } else {
            sum.hi = 0.0;
            sum.lo = 0.0;
            run = 0.0;
            equal_x = 0.0;
            equal_y = 0.0;
        }
        out[0][t] = sum.hi;
        out[1][t] = sum.lo;
        out[2][t] = run;
        out[3][t] = equal_x > equal_y ? equal_x : equal_y;
    }
}
