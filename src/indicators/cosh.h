/*---
group = "math"
help = "hyperbolic cosine: (e^x + e^-x)/2"
source = "math_functions.h: Taylor series in double-double"
talib = "COSH"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "cosh(close)"
close = [0, 1, -2.5, nan, 10, 0.25]
value = [1, 1.5430806348152437, 6.132289479663686, nan, 11013.232920103324, 1.0314130998795732]

[[check]]
expression = "cosh(close / open)"
against = "talib.COSH(close / open)"

[[check]]
expression = "cosh((open - close) / close * 10)"
against = "talib.COSH((open - close) / close * 10)"

[[check]]
expression = "cosh(iff(close != open, close / open, 0 / 0))"
against = "talib.COSH(holed(close / open))"
---*/

TX_FUNCTION void tx_cosh(TX_GLOBAL const double* const* x, const double* p, int bars,
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
        const double y = tx_scaled(tx_hyperbolic_sum(h, 1.0).hi, h.k - 1.0);
        result[t] = TX_DEFINED(v) ? y : TX_NAN;
    }
}
