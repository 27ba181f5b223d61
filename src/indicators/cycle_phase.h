/*---
group = "helper"
hidden = true
help = "where in its cycle a series is, in degrees, by the Fourier component of its dominant period"
source = "Ehlers (2001), Rocket Science for Traders, chapter 9: the sinewave indicator"
arguments = [{ name = "smooth", kind = "series" }, { name = "period", kind = "series" }]
kernel = { form = "series", series = ["smooth", "period"] }
undefined = "0"

[[known]]
expression = "cycle_phase(close, open)"
close = [0, 0, 5, nan]
open = [4, 4, 4, 4]
value = [180, 0, 180, nan]
---*/

TX_FUNCTION void tx_cycle_phase(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    const double degrees = 57.29577951308232; /* of a radian */
    double sine[64], cosine[64];              /* of the whole parts of a turn; a period is at most 50 */
    double phase = 0.0;
    int known = 0;
    int first = 0;
    int t, k;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double period = x[1][t];
        double real_part = 0.0;
        double imaginary_part = 0.0;
        int n;
        if (!TX_DEFINED(x[0][t]) || !TX_DEFINED(period) || period > 60.0 || !(period > 0.0)) {
            out[0][t] = TX_NAN;
            phase = 0.0;
            first = t + 1;
            continue;
        }
        n = (int)(period + 0.5);
        if (n != known) {
            TX_INDEPENDENT
            for (k = 0; k < n; ++k) {
                const double angle = (double)k * 6.283185307179586 / (double)n;
                sine[k] = tx_sine(angle).hi;
                cosine[k] = tx_cosine(angle).hi;
            }
            known = n;
        }
        for (k = 0; k < n && k <= t - first; ++k) {
            real_part += sine[k] * x[0][t - k];
            imaginary_part += cosine[k] * x[0][t - k];
        }
        if (imaginary_part != 0.0)
            phase = tx_arctangent(real_part / imaginary_part) * degrees;
        else if (real_part < 0.0)
            phase -= 90.0;
        else if (real_part > 0.0)
            phase += 90.0;
        phase += 90.0;
        phase += 360.0 / period; /* the smoothing is a bar late */
        if (imaginary_part < 0.0) phase += 180.0;
        if (phase > 315.0) phase -= 360.0;
        out[0][t] = phase;
    }
}
