/*---
group = "helper"
hidden = true
help = "one field of longer bars, those that have ended, from the first value on: made of the series x of their bars by part: 0 first, 1 highest, 2 lowest, 3 last, 4 sum of the defined ones, 5 the period's start, 6 its end"
source = "market/resample.hpp: the bars that resampling makes"
arguments = [
  { name = "x", kind = "series" },
  { name = "start", kind = "series" },
  { name = "end", kind = "series" },
  { name = "period", kind = "scalar" },
  { name = "part", kind = "scalar" },
]
kernel = { form = "series", series = ["x", "start", "end"], scalars = ["period", "part"] }
undefined = "varies"

# Periods of 10: two bars each, of the second one the last bar is missing, and the third has none at all.
[[known]]
expression = "longer_bars(close, time, time_close, 10, 0)"
time = [0, 5, 10, 35, 40]
time_close = [5, 10, 15, 40, 45]
close = [1, 4, 2, 8, 5]
value = [1, 2, 8, nan, nan]

[[known]]
expression = "longer_bars(close, time, time_close, 10, 1)"
time = [0, 5, 10, 35, 40, 45]
time_close = [5, 10, 15, 40, 45, 50]
close = [1, 4, 2, 8, 5, 3]
value = [4, 2, 8, 5, nan, nan]

[[known]]
expression = "longer_bars(close, time, time_close, 10, 2)"
time = [0, 5, 10, 35, 40, 45]
time_close = [5, 10, 15, 40, 45, 50]
close = [1, 4, 2, 8, 5, 3]
value = [1, 2, 8, 3, nan, nan]

[[known]]
expression = "longer_bars(close, time, time_close, 10, 3)"
time = [0, 5, 10, 35, 40, 45]
time_close = [5, 10, 15, 40, 45, 50]
close = [1, 4, 2, 8, 5, 3]
value = [4, 2, 8, 3, nan, nan]

[[known]]
expression = "longer_bars(volume, time, time_close, 10, 4)"
time = [0, 5, 10, 15, 20, 25]
time_close = [5, 10, 15, 20, 25, 30]
volume = [1, 4, nan, 8, nan, nan]
value = [5, 8, nan, nan, nan, nan]

[[known]]
expression = "longer_bars(time, time, time_close, 10, 5)"
time = [5, 10, 35, 40]
time_close = [10, 15, 40, 45]
value = [0, 10, 30, nan]

[[known]]
expression = "longer_bars(time, time, time_close, 10, 6)"
time = [5, 10, 35, 40]
time_close = [10, 15, 40, 45]
value = [10, 20, 40, nan]
---*/

/* Of the value so far and of one more. */
TX_FUNCTION double tx_longer_value(int part, double value, double v) {
    if (part == 1) return v > value ? v : value;
    if (part == 2) return v < value ? v : value;
    if (part == 3) return v;
    if (part == 4) return value != value ? v : v != v ? value : value + v;
    return value;
}

TX_FUNCTION void tx_longer_bars(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    TxPeriods periods = {0.0, 0, 0};
    const double period = p[0];
    const int part = (int)p[1];
    double value = TX_NAN;
    int t;
    for (t = 0; t < bars; ++t) {
        const double time = x[1][t];
        double v = x[0][t];
        if (!TX_DEFINED(time)) continue;
        if (tx_period_begins(&periods, time, period)) out[0][periods.ended - 1] = value;
        if (part == 5) v = periods.begin;
        if (part == 6) v = periods.begin + period;
        value = periods.open ? tx_longer_value(part, value, v) : v;
        if (tx_period_ends(&periods, x[2][t], period)) out[0][periods.ended - 1] = value;
    }
    for (t = periods.ended; t < bars; ++t) out[0][t] = TX_NAN;
}
