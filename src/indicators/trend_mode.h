/*---
group = "helper"
hidden = true
help = "1 where a series trends and 0 where it cycles, from its sinewave, phase, dominant period, trendline and smoothed values"
source = "Ehlers (2001), Rocket Science for Traders, chapter 11: trend mode and cycle mode"
arguments = [
  { name = "sine", kind = "series" },
  { name = "lead", kind = "series" },
  { name = "phase", kind = "series" },
  { name = "period", kind = "series" },
  { name = "trendline", kind = "series" },
  { name = "smooth", kind = "series" },
]
kernel = { form = "series", series = ["sine", "lead", "phase", "period", "trendline", "smooth"] }
undefined = "0"

[[known]]
expression = "trend_mode(close, open, low, high, volume, volume)"
close = [1, 1, 1, 3, 3, 3, 3]
open = [2, 2, 2, 2, 2, 2, 2]
low = [0, 0, 0, 0, 90, 90, 90]
high = [4, 4, 4, 4, 4, 4, 4]
volume = [1, 1, 1, 1, 1, 1, 1]
value = [0, 1, 1, 0, 0, 1, 1]
---*/

TX_FUNCTION void tx_trend_mode(TX_GLOBAL const double* const* x, const double* p, int bars,
                               TX_GLOBAL double* const* out) {
    double sine_before = 0.0;
    double lead_before = 0.0;
    double phase_before = 0.0;
    double days = 0.0; /* since the sinewave and its lead last crossed */
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double sine = x[0][t];
        const double lead = x[1][t];
        const double period = x[3][t];
        const double trendline = x[4][t];
        const double turned = x[2][t] - phase_before;
        double trend = 1.0;
        if (!TX_DEFINED(sine)) {
            out[0][t] = TX_NAN;
            continue;
        }
        if ((sine > lead && sine_before <= lead_before) || (sine < lead && sine_before >= lead_before)) {
            days = 0.0;
            trend = 0.0;
        }
        days += 1.0;
        if (days < 0.5 * period) trend = 0.0;
        if (turned > 0.67 * 360.0 / period && turned < 1.5 * 360.0 / period) trend = 0.0;
        if (TX_ABS((x[5][t] - trendline) / trendline) >= 0.015) trend = 1.0;
        out[0][t] = trend;
        sine_before = sine;
        lead_before = lead;
        phase_before = x[2][t];
    }
}
