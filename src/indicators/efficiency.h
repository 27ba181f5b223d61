/*---
group = "helper"
hidden = true
help = "how far x moved over the last length bars, over the sum of the last length values of a series, from its prefix sums; 1 where that is 0. Plans have it for er(x, length) where the length is swept"
source = "Kaufman (1995), Smarter Trading"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "x", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["hi", "lo", "run", "x"], scalars = ["length"] }
undefined = "length"

[[known]]
expression = "efficiency(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, low, 2)"
close = [1, 2, nan, 4, 8, 7, 0, 0]
low = [1, 1, 4, 1, 7, nan, 0, 7]
value = [nan, nan, nan, nan, 0.25, nan, 1, nan]
---*/

TX_FUNCTION double tx_efficiency_of(double path, double x, double before) {
    const double way = TX_ABS(x - before);
    const double part = path == 0.0 ? TX_NAN : way / path;
    return way != way ? TX_NAN : part != part ? 1.0 + path : part;
}

/* At the bars from `begin` to before `end`, over n bars. */
TX_FUNCTION void tx_efficiency_bars(TX_GLOBAL const double* const* x, int n, int begin, int end,
                                    TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* series[4];
    TX_GLOBAL double* result = out[0];
    int t;
    for (t = 0; t < 4; ++t) series[t] = x[t];
    for (t = begin; t < n && t < end; ++t) result[t] = TX_NAN;
    TX_INDEPENDENT
    for (; t < end; ++t)
        result[t] = tx_efficiency_of(tx_sum_of_window(series[0], series[1], series[2], n, t), series[3][t],
                                     series[3][t - n]);
}

TX_FUNCTION void tx_efficiency(TX_GLOBAL const double* const* x, const double* p, int bars,
                               TX_GLOBAL double* const* out) {
    tx_efficiency_bars(x, TX_LENGTH(p[0], bars), 0, bars, out);
}
