/*---
group = "math"
help = "natural logarithm; undefined where x is not above 0"
source = "math_functions.h: Taylor series in double-double"
talib = "LN"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "log(close)"
close = [1, 2, -1, nan, 0.125, 1000]
value = [0, 0.6931471805599453, nan, nan, -2.0794415416798357, 6.907755278982137]

[[check]]
expression = "log(close)"
against = "talib.LN(close)"

[[check]]
expression = "log(high / low)"
against = "talib.LN(high / low)"

[[check]]
expression = "log(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.LN(x), holed(close))"
---*/

TX_FUNCTION void tx_log(TX_GLOBAL const double* const* x, const double* p, int bars,
                        TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double y = tx_natural_logarithm(v);
        result[t] = TX_DEFINED(v) && v > 0.0 ? y : TX_NAN;
    }
}
