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
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double size = TX_ABS(v);
        const TxHyperbolic h = tx_hyperbolic(size > 720.0 ? 720.0 : size);
        const double large = tx_scaled(tx_hyperbolic_sum(h, -1.0).hi, h.k - 1.0);
        const double small = tx_small_hyperbolic_sine(size).hi;
        const double y = size < 1.0 ? small : large;
        const double signed_y = v < 0.0 ? -y : y;
        result[t] = TX_DEFINED(v) ? signed_y : TX_NAN;
    }
}
