/*---
group = "helper"
hidden = true
help = "how many whole units of time have passed, offset milliseconds further on, as a remainder by count: hours of a day, days of a week"
source = "POSIX time: days of 86400 seconds"
arguments = [
  { name = "time", kind = "series" },
  { name = "offset", kind = "scalar" },
  { name = "unit", kind = "scalar" },
  { name = "count", kind = "scalar" },
]
kernel = { form = "series", series = ["time"], scalars = ["offset", "unit", "count"] }
undefined = "0"

[[known]]
expression = "time_part(time, 5, 10, 3)"
time = [0, 4, 5, 24, 25, 34, -6]
value = [0, 0, 1, 2, 0, 0, 2]
---*/

TX_FUNCTION void tx_time_part(TX_GLOBAL const double* const* x, const double* p, int bars,
                              TX_GLOBAL double* const* out) {
    int t;
    for (t = 0; t < bars; ++t) {
        const double units = tx_whole_below((x[0][t] + p[0]) / p[1]);
        out[0][t] = units - p[2] * tx_whole_below(units / p[2]);
    }
}
