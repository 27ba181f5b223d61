/*---
group = "math"
help = "logarithm to base 10; undefined where x is not above 0"
source = "math_functions.h: Taylor series in double-double"
talib = "LOG10"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "log10(close)"
close = [1, 2, -1, nan, 0.01, 1000]
value = [0, 0.3010299956639812, nan, nan, -2, 3]

[[check]]
expression = "log10(close)"
against = "talib.LOG10(close)"

[[check]]
expression = "log10(high / low)"
against = "talib.LOG10(high / low)"

[[check]]
expression = "log10(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.LOG10(x), holed(close))"
---*/

TX_FUNCTION void tx_log10(TX_GLOBAL const double* const* x, const double* p, int bars,
                          TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double y = tx_decimal_logarithm(v);
        result[t] = TX_DEFINED(v) && v > 0.0 ? y : TX_NAN;
    }
}
