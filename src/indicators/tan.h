/*---
group = "math"
help = "tangent of an angle in radians; undefined from 1e15 on"
source = "math_functions.h: Taylor series in double-double"
talib = "TAN"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "tan(close)"
close = [0, 1, -2, nan, 100]
value = [0, 1.5574077246549023, 2.185039863261519, nan, -0.5872139151569291]

[[check]]
expression = "tan(close)"
against = "talib.TAN(close)"

[[check]]
expression = "tan(high - low)"
against = "talib.TAN(high - low)"

[[check]]
expression = "tan(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.TAN(x), holed(close))"
---*/

TX_FUNCTION void tx_tan(TX_GLOBAL const double* const* x, const double* p, int bars,
                        TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double y = tx_sum_divide(tx_sine(v), tx_cosine(v)).hi;
        result[t] = TX_ABS(v) < 1e15 ? y : TX_NAN;
    }
}
