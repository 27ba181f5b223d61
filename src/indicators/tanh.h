/*---
group = "math"
help = "hyperbolic tangent: sinh(x)/cosh(x)"
source = "math_functions.h: Taylor series in double-double"
talib = "TANH"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "tanh(close)"
close = [0, 1, -2.5, nan, 30, 0.25]
value = [0, 0.7615941559557649, -0.9866142981514303, nan, 1, 0.24491866240370913]

[[check]]
expression = "tanh(close / open)"
against = "talib.TANH(close / open)"

[[check]]
expression = "tanh((open - close) / close * 10)"
against = "talib.TANH((open - close) / close * 10)"

[[check]]
expression = "tanh(iff(close != open, close / open, 0 / 0))"
against = "talib.TANH(holed(close / open))"
---*/

TX_FUNCTION void tx_tanh(TX_GLOBAL const double* const* x, const double* p, int bars,
                         TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double size = TX_ABS(v);
        const TxHyperbolic h = tx_hyperbolic(size > 22.0 ? 22.0 : size);
        const TxSum small = tx_sum_scale(tx_small_hyperbolic_sine(size), tx_power_of_two(1.0 - h.k));
        const TxSum sine = tx_either(size < 1.0, small, tx_hyperbolic_sum(h, -1.0));
        const double known = tx_sum_divide(sine, tx_hyperbolic_sum(h, 1.0)).hi;
        const double y = size > 22.0 ? 1.0 : known;
        const double signed_y = v < 0.0 ? -y : y;
        result[t] = TX_DEFINED(v) ? signed_y : TX_NAN;
    }
}
