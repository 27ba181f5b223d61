/*---
group = "math"
help = "hyperbolic sine: (e^x - e^-x)/2"
source = "math_functions.h: Taylor series in double-double"
talib = "SINH"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "sinh(close)"
close = [0, 1, -2.5, nan, 10, 0.25]
value = [0, 1.1752011936438014, -6.0502044810397875, nan, 11013.232874703393, 0.2526123168081683]

[[check]]
expression = "sinh(close / open)"
against = "talib.SINH(close / open)"

[[check]]
expression = "sinh((open - close) / close * 10)"
against = "talib.SINH((open - close) / close * 10)"

[[check]]
expression = "sinh(iff(close != open, close / open, 0 / 0))"
against = "talib.SINH(holed(close / open))"
---*/

TX_FUNCTION void tx_sinh(TX_GLOBAL const double* const* x, const double* p, int bars,
                         TX_GLOBAL double* const* out) {
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        const double size = TX_ABS(v);
        if (!TX_DEFINED(v)) {
            out[0][t] = TX_NAN;
        } else if (size < 1.0) {
            out[0][t] = tx_small_hyperbolic_sine(v).hi;
        } else {
            int k;
            const TxSum h = tx_hyperbolic(size > 720.0 ? 720.0 : size, -1.0, &k);
            const double y = tx_scaled(h.hi, k);
            out[0][t] = v < 0.0 ? -y : y;
        }
    }
}
