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
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        if (TX_ABS(v) <= 1.0) {
            const double angle = tx_angle_of(tx_exactly(TX_ABS(v)), tx_other_leg(v)).hi;
            out[0][t] = v < 0.0 ? -angle : angle;
        } else {
            out[0][t] = TX_NAN;
        }
    }
}
