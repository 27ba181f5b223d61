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
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        out[0][t] = TX_DEFINED(v) ? tx_arctangent(v) : TX_NAN;
    }
}
