/*---
group = "math"
help = "arcsine in radians; undefined outside -1 to 1"
source = "math_functions.h: Taylor series in double-double"
talib = "ASIN"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "varies"

[[known]]
expression = "asin(close)"
close = [0, 0.5, -1, nan, 2]
value = [0, 0.5235987755982989, -1.5707963267948966, nan, nan]

[[check]]
expression = "asin((close - open) / close)"
against = "talib.ASIN((close - open) / close)"

[[check]]
expression = "asin(low / high)"
against = "talib.ASIN(low / high)"

[[check]]
expression = "asin(iff(close != open, low / high, 0 / 0))"
against = "talib.ASIN(holed(low / high))"
---*/

TX_FUNCTION void tx_asin(TX_GLOBAL const double* const* x, const double* p, int bars,
                         TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double size = TX_ABS(v);
        const double angle = tx_angle_of(tx_exactly(size), tx_other_leg(v)).hi;
        const double y = v < 0.0 ? -angle : angle;
        result[t] = size <= 1.0 ? y : TX_NAN;
    }
}
