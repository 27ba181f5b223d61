/*---
group = "math"
help = "arccosine in radians; undefined outside -1 to 1"
source = "math_functions.h: Taylor series in double-double"
talib = "ACOS"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "varies"

[[known]]
expression = "acos(close)"
close = [0, 0.5, -1, nan, 2, 1]
value = [1.5707963267948966, 1.0471975511965979, 3.141592653589793, nan, nan, 0]

[[check]]
expression = "acos((close - open) / close)"
against = "talib.ACOS((close - open) / close)"

[[check]]
expression = "acos(low / high)"
against = "talib.ACOS(low / high)"

[[check]]
expression = "acos(iff(close != open, low / high, 0 / 0))"
against = "talib.ACOS(holed(low / high))"
---*/

TX_FUNCTION void tx_acos(TX_GLOBAL const double* const* x, const double* p, int bars,
                         TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* in = x[0];
    TX_GLOBAL double* result = out[0];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const double v = in[t];
        const double size = TX_ABS(v);
        const TxSum angle = tx_angle_of(tx_other_leg(v), tx_exactly(size));
        TxSum half_turn;
        double y;
        half_turn.hi = 3.141592653589793;
        half_turn.lo = 1.2246467991473532e-16;
        half_turn = tx_sum_subtract(half_turn, angle);
        y = v < 0.0 ? half_turn.hi : angle.hi;
        result[t] = size <= 1.0 ? y : TX_NAN;
    }
}
