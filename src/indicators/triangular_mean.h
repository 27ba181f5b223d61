/*---
group = "helper"
hidden = true
help = "triangularly weighted mean of the last length values of a series, from its prefix sums: a simple mean of a simple mean"
source = "Ladner and Fischer (1980), Parallel prefix computation, Journal of the ACM 27(4)"
arguments = [
  { name = "hi", kind = "series" },
  { name = "lo", kind = "series" },
  { name = "run", kind = "series" },
  { name = "ramp_hi", kind = "series" },
  { name = "ramp_lo", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "series", series = ["hi", "lo", "run", "ramp_hi", "ramp_lo"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "triangular_mean(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, prefix_ramp(close).hi, prefix_ramp(close).lo, 4)"
close = [6, 3, 6, 12, 0, nan, 1, 1, 7, 1]
value = [nan, nan, nan, 6, 6.5, nan, nan, nan, nan, 3]
---*/

/* The sum of all the sums of the run's values up to bar t - ago: run·sum - Σ j·x, j = 0, 1, 2, ... */
TX_FUNCTION TxSum tx_triangular_mean_sums(TX_GLOBAL const double* const* x, int t, int ago) {
    TxSum sum = {0.0, 0.0};
    TxSum ramp;
    if (x[2][t] <= (double)ago) return sum; /* before the run */
    t -= ago;
    sum.hi = x[0][t];
    sum.lo = x[1][t];
    ramp.hi = x[3][t];
    ramp.lo = x[4][t];
    return tx_sum_subtract(tx_sum_scale(sum, x[2][t]), ramp);
}

TX_FUNCTION void tx_triangular_mean(TX_GLOBAL const double* const* x, const double* p, int bars,
                                    TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    const int inner = (n + 1) / 2; /* the two means' lengths */
    const int outer = n / 2 + 1;
    const double weights = (double)inner * (double)outer;
    int t;
    for (t = 0; t < bars; ++t) {
        TxSum near, far;
        if (!(x[2][t] >= (double)n)) {
            out[0][t] = TX_NAN;
            continue;
        }
        near = tx_sum_subtract(tx_triangular_mean_sums(x, t, 0), tx_triangular_mean_sums(x, t, inner));
        far = tx_sum_subtract(tx_triangular_mean_sums(x, t, outer), tx_triangular_mean_sums(x, t, n + 1));
        out[0][t] = tx_sum_subtract(near, far).hi / weights;
    }
}
