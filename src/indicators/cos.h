/*---
group = "math"
help = "cosine of an angle in radians; undefined from 1e15 on"
source = "math_functions.h: Taylor series in double-double"
talib = "COS"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "cos(close)"
close = [0, 1, -2, nan, 100]
value = [1, 0.5403023058681398, -0.4161468365471424, nan, 0.8623188722876839]

[[check]]
expression = "cos(close)"
against = "talib.COS(close)"

[[check]]
expression = "cos(high - low)"
against = "talib.COS(high - low)"

[[check]]
expression = "cos(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.COS(x), holed(close))"
---*/

TX_FUNCTION void tx_cos(TX_GLOBAL const double* const* x, const double* p, int bars,
                        TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double y = tx_cosine(v).hi;
        result[t] = TX_ABS(v) < 1e15 ? y : TX_NAN;
    }
}
