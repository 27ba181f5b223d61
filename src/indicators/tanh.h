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
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        const double size = TX_ABS(v);
        if (!TX_DEFINED(v)) {
            out[0][t] = TX_NAN;
        } else if (size > 22.0) {
            out[0][t] = v < 0.0 ? -1.0 : 1.0;
        } else {
            int k;
            const TxSum cosine = tx_hyperbolic(size, 1.0, &k);
            const TxSum sine = size < 1.0 ? tx_sum_scale(tx_small_hyperbolic_sine(size), tx_power_of_two(-k))
                                          : tx_hyperbolic(size, -1.0, &k);
            const double y = tx_sum_divide(sine, cosine).hi;
            out[0][t] = v < 0.0 ? -y : y;
        }
    }
}
