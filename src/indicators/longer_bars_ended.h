/*---
group = "helper"
hidden = true
help = "how many longer bars have ended when this one ends"
source = "market/resample.hpp: the bars that resampling makes"
arguments = [
  { name = "start", kind = "series" },
  { name = "end", kind = "series" },
  { name = "period", kind = "scalar" },
]
kernel = { form = "series", series = ["start", "end"], scalars = ["period"] }
undefined = "varies"

[[known]]
expression = "longer_bars_ended(time, time_close, 10)"
time = [0, 5, 10, 35, 40, 45, 50]
time_close = [5, 10, 15, 40, 45, 50, 55]
value = [0, 1, 1, 3, 3, 4, 4]
---*/

TX_FUNCTION void tx_longer_bars_ended(TX_GLOBAL const double* const* x, const double* p, int bars,
                                      TX_GLOBAL double* const* out) {
    TxPeriods periods = {0.0, 0, 0};
    int t;
    for (t = 0; t < bars; ++t) {
        if (TX_DEFINED(x[0][t])) {
            tx_period_begins(&periods, x[0][t], p[0]);
            tx_period_ends(&periods, x[1][t], p[0]);
        }
        out[0][t] = (double)periods.ended;
    }
}
