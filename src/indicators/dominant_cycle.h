/*---
group = "helper"
hidden = true
help = "Ehlers’s measure of the period of the cycle in a series: its smoothed values, the smoothed period, and the components in phase and in quadrature; begins `start` values after an undefined one"
source = "Ehlers (2001), Rocket Science for Traders, chapter 7: homodyne discriminator"
arguments = [{ name = "x", kind = "series" }, { name = "start", kind = "length", least = 6 }]
kernel = { form = "series", series = ["x"], scalars = ["start"], outputs = ["smooth", "period", "in_phase", "quadrature"] }
undefined = "start"

[[known]]
expression = "dominant_cycle(close, 6).smooth"
close = [1, 2, 3, 4, 5, 6, 7, nan, 8]
value = [nan, nan, nan, nan, nan, nan, 6, nan, nan]

[[known]]
expression = "dominant_cycle(close, 6).period"
close = [1, 1, 1, 1, 1, 1, 1, 1]
value = [nan, nan, nan, nan, nan, nan, 0.396, 0.97812]
---*/

/* Of the last seven values s, bar t's at t & 7: their part that is a quarter of a cycle late. In this order
 * it is 0 where they are equal. */
TX_FUNCTION double tx_quarter_cycle(const double* s, int t) {
    return 0.0962 * s[t & 7] - 0.0962 * s[(t + 2) & 7] - 0.5769 * s[(t + 4) & 7] + 0.5769 * s[(t + 6) & 7];
}

TX_FUNCTION void tx_dominant_cycle(TX_GLOBAL const double* const* x, const double* p, int bars,
                                   TX_GLOBAL double* const* out) {
    const double degrees = 57.29577951308232; /* of a radian */
    const int start = TX_LENGTH(p[0], bars);
    double smooth[8], detrended[8], in_phase[8], quadrature[8];
    double i2 = 0.0, q2 = 0.0, re = 0.0, im = 0.0, period = 0.0, smooth_period = 0.0;
    int filled = 0;
    int t, k;
    for (t = 0; t < bars; ++t) {
        double adjustment, next_i2, next_q2, before;
        if (!TX_DEFINED(x[0][t])) {
            filled = 0;
        } else {
            filled += 1;
        }
        if (filled <= start) {
            for (k = 0; k < 8; ++k) smooth[k] = detrended[k] = in_phase[k] = quadrature[k] = 0.0;
            i2 = q2 = re = im = period = smooth_period = 0.0;
            for (k = 0; k < 4; ++k) out[k][t] = TX_NAN;
            continue;
        }
        adjustment = 0.075 * period + 0.54;
        k = t & 7;
        smooth[k] = (4.0 * x[0][t] + 3.0 * x[0][t - 1] + 2.0 * x[0][t - 2] + x[0][t - 3]) * 0.1;
        detrended[k] = tx_quarter_cycle(smooth, t) * adjustment;
        quadrature[k] = tx_quarter_cycle(detrended, t) * adjustment;
        in_phase[k] = detrended[(t + 5) & 7];
        next_i2 = 0.2 * (in_phase[k] - tx_quarter_cycle(quadrature, t) * adjustment) + 0.8 * i2;
        next_q2 = 0.2 * (quadrature[k] + tx_quarter_cycle(in_phase, t) * adjustment) + 0.8 * q2;
        re = 0.2 * (next_i2 * i2 + next_q2 * q2) + 0.8 * re;
        im = 0.2 * (next_i2 * q2 - next_q2 * i2) + 0.8 * im;
        i2 = next_i2;
        q2 = next_q2;
        before = period;
        if (im != 0.0 && re != 0.0) period = 360.0 / (tx_arctangent(im / re) * degrees);
        if (period > 1.5 * before) period = 1.5 * before;
        if (period < 0.67 * before) period = 0.67 * before;
        if (period < 6.0) period = 6.0;
        if (period > 50.0) period = 50.0;
        period = 0.2 * period + 0.8 * before;
        smooth_period = 0.33 * period + 0.67 * smooth_period;
        out[0][t] = smooth[k];
        out[1][t] = smooth_period;
        out[2][t] = in_phase[k];
        out[3][t] = quadrature[k];
    }
}
