/*---
group = "math"
help = "sine of an angle in radians; undefined from 1e15 on"
source = "math_functions.h: Taylor series in double-double"
talib = "SIN"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "sin(close)"
close = [0, 1, -2, nan, 100]
value = [0, 0.8414709848078965, -0.9092974268256817, nan, -0.5063656411097588]

[[check]]
expression = "sin(close)"
against = "talib.SIN(close)"

[[check]]
expression = "sin(high - low)"
against = "talib.SIN(high - low)"

[[check]]
expression = "sin(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.SIN(x), holed(close))"
---*/

TX_FUNCTION void tx_sin(TX_GLOBAL const double* const* x, const double* p, int bars,
                        TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double y = tx_sine(v).hi;
        result[t] = TX_ABS(v) < 1e15 ? y : TX_NAN;
    }
}
