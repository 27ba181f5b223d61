/*---
group = "math"
help = "e to the power of x"
source = "math_functions.h: Taylor series in double-double"
talib = "EXP"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "exp(close)"
close = [0, 1, -2.5, nan, 10]
value = [1, 2.718281828459045, 0.0820849986238988, nan, 22026.465794806718]

[[check]]
expression = "exp(close / open)"
against = "talib.EXP(close / open)"

[[check]]
expression = "exp((open - close) / close * 1000)"
against = "talib.EXP((open - close) / close * 1000)"

[[check]]
expression = "exp(iff(close != open, close / open, 0 / 0))"
against = "talib.EXP(holed(close / open))"
---*/

TX_FUNCTION void tx_exp(TX_GLOBAL const double* const* x, const double* p, int bars,
                        TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double y = tx_exponential_value(v);
        result[t] = TX_DEFINED(v) ? y : TX_NAN;
    }
}
