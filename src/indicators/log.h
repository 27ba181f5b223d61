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
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        out[0][t] = TX_DEFINED(v) && v > 0.0 ? tx_logarithm(v).hi : TX_NAN;
    }
}
