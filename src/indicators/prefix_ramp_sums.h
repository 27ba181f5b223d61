/*---
group = "helper"
hidden = true
help = "sums of all the sums of a series up to a bar, in double-double: of its prefix sums and its prefix ramp"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "ramp_hi", kind = "series" },
  { name = "ramp_lo", kind = "series" },
]
kernel = { form = "series", series = ["hi", "lo", "run", "ramp_hi", "ramp_lo"], outputs = ["hi", "lo"] }
undefined = "0"

[[known]]
expression = "prefix_ramp_sums(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo).hi"
close = [6, 3, 6, nan, 1, 7]
value = [6, 15, 30, 0, 1, 9]

[[known]]
expression = "prefix_ramp_sums(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo).lo"
close = [6, 3, 6, nan, 1, 7]
value = [0, 0, 0, 0, 0, 0]
---*/

/* run·sum - Σ j·x, j = 0, 1, 2, ... */
TX_FUNCTION void tx_prefix_ramp_sums(TX_GLOBAL const double* const* x, const double* p, int bars,
                                     TX_GLOBAL double* const* out) {
    TX_GLOBAL const double* hi = x[0];
    TX_GLOBAL const double* lo = x[1];
    TX_GLOBAL const double* run = x[2];
    TX_GLOBAL const double* ramp_hi = x[3];
    TX_GLOBAL const double* ramp_lo = x[4];
    TX_GLOBAL double* sums_hi = out[0];
    TX_GLOBAL double* sums_lo = out[1];
    int t;
    (void)p;
    TX_INDEPENDENT
    for (t = 0; t < bars; ++t) {
        const TxSum sum = tx_sum_subtract_loosely(tx_sum_scale_loosely(tx_sum_at(hi, lo, t), run[t]),
                                                  tx_sum_at(ramp_hi, ramp_lo, t));
        sums_hi[t] = sum.hi;
        sums_lo[t] = sum.lo;
    }
}
