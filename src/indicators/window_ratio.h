/*---
group = "helper"
hidden = true
help = "sum of the last length values of a series over that of another, from their prefix sums; 0 where that is 0. Plans have it for ratio(sum(a, length), sum(b, length)) where the length is swept"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "by_hi", kind = "series" },
  { name = "by_lo", kind = "series" },
  { name = "by_run", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["hi", "lo", "run", "by_hi", "by_lo", "by_run"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "window_ratio(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_sums(low).hi, prefix_sums(low).lo, prefix_sums(low).run, 2)"
close = [1, 2, nan, 4, 8, 7, 3, 2]
low = [1, 1, 1, nan, 2, 2, 0, 0]
value = [nan, 1.5, nan, nan, nan, 3.75, 5, 0]
---*/

TX_FUNCTION void tx_window_ratio(TX_GLOBAL const double* const* x, const double* p, int bars,
                                 TX_GLOBAL double* const* out) {
    tx_window_ratios(x, TX_LENGTH(p[0], bars), 0, bars, 1, out[0]);
}
