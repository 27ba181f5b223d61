/*---
group = "math"
help = "the smallest whole number that is not below x"
source = "Pine Script: math.ceil"
talib = "CEIL"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "ceil(close)"
close = [0, 1.5, -2.5, nan, 3]
value = [0, 2, -2, nan, 3]

[[check]]
expression = "ceil(close)"
against = "talib.CEIL(close)"

[[check]]
expression = "ceil((open - close) * 100)"
against = "talib.CEIL((open - close) * 100)"

[[check]]
expression = "ceil(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.CEIL(x), holed(close))"
---*/

TX_FUNCTION void tx_ceil(TX_GLOBAL const double* const* x, const double* p, int bars,
                         TX_GLOBAL double* const* out) {
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        out[0][t] = TX_DEFINED(v) ? -tx_whole_below(-v) : TX_NAN;
    }
}
