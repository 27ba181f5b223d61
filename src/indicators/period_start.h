/*---
group = "helper"
hidden = true
help = "start of the period that holds a time; periods are aligned to 1970-01-01 UTC, whole weeks to Monday"
source = "market/resample.hpp"
arguments = [{ name = "time", kind = "series" }, { name = "period", kind = "duration" }]
kernel = { form = "series", series = ["time"], scalars = ["period"] }
undefined = "0"

[[known]]
expression = "period_start(time, '10ms')"
time = [0, 9, 10, 25, -1]
value = [0, 0, 10, 20, -10]

[[known]]
expression = "period_start(time, '1w')"
time = [0, 345599999, 345600000, 950399999, 950400000]
value = [-259200000, -259200000, 345600000, 345600000, 950400000]
---*/

TX_FUNCTION void tx_period_start(TX_GLOBAL const double* const* x, const double* p, int bars,
                                 TX_GLOBAL double* const* out) {
    int t;
    for (t = 0; t < bars; ++t) out[0][t] = tx_start_of_period(x[0][t], p[0]);
}
