/*---
group = "math"
help = "arctangent in radians"
source = "math_functions.h: Taylor series in double-double"
talib = "ATAN"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "atan(close)"
close = [0, 0.5, -3, nan, 1000000]
value = [0, 0.4636476090008061, -1.2490457723982544, nan, 1.5707953267948966]

[[check]]
expression = "atan(close)"
against = "talib.ATAN(close)"

[[check]]
expression = "atan(close - open)"
against = "talib.ATAN(close - open)"

[[check]]
expression = "atan(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.ATAN(x), holed(close))"
---*/

TX_FUNCTION void tx_atan(TX_GLOBAL const double* const* x, const double* p, int bars,
                         TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double y = tx_arctangent(v);
        result[t] = TX_DEFINED(v) ? y : TX_NAN;
    }
}
