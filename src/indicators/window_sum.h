/*---
group = "helper"
hidden = true
help = "sum of the last length values of a series, from its prefix sums, divided by divisor"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "length", kind = "length" },
  { name = "divisor", kind = "scalar" },
]
kernel = { form = "series", series = ["hi", "lo", "run"], scalars = ["length", "divisor"] }
undefined = "length - 1"

[[known]]
expression = "window_sum(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, 2, 1)"
close = [1, 2, nan, 4, 8, 16]
value = [nan, 3, nan, nan, 12, 24]
---*/

/* At the bars from `begin` to before `end`, of windows of n values. */
TX_FUNCTION void tx_window_sum_bars(TX_GLOBAL const double* const* x, const double* p, int n, int begin,
                                    int end, TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* hi = x[0];
    TX_GLOBAL const double* lo = x[1];
    TX_GLOBAL const double* run = x[2];
    TX_GLOBAL double* result = out[0];
    const double divisor = p[1];
    int t;
    for (t = begin; t < n - 1 && t < end; ++t) result[t] = TX_NAN;
    if (t == n - 1 && t < end) {
        result[t] = run[t] >= (double)n ? hi[t] / divisor : TX_NAN;
        ++t;
    }
    for (; t < end; ++t) {
        const double sum = tx_window_of(hi, lo, n, t).hi / divisor;
        result[t] = run[t] >= (double)n ? sum : TX_NAN;
    }
}

TX_FUNCTION void tx_window_sum(TX_GLOBAL const double* const* x, const double* p, int bars,
                               TX_GLOBAL double* const* out) {
    tx_window_sum_bars(x, p, TX_LENGTH(p[0], bars), 0, bars, out);
}
