/*---
group = "math"
help = "the largest whole number that is not above x"
source = "Pine Script: math.floor"
talib = "FLOOR"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "floor(close)"
close = [0, 1.5, -2.5, nan, 3]
value = [0, 1, -3, nan, 3]

[[check]]
expression = "floor(close)"
against = "talib.FLOOR(close)"

[[check]]
expression = "floor((open - close) * 100)"
against = "talib.FLOOR((open - close) * 100)"

[[check]]
expression = "floor(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.FLOOR(x), holed(close))"
---*/

TX_FUNCTION void tx_floor(TX_GLOBAL const double* const* x, const double* p, int bars,
                          TX_GLOBAL double* const* out) {
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        out[0][t] = TX_DEFINED(v) ? tx_whole_below(v) : TX_NAN;
    }
}
