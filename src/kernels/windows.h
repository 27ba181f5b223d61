/* What several kernels of windows share. Kernel text like column_kernels.h, read after it and
 * double_double.h. */

TX_FUNCTION TxSum tx_sum_at(TX_GLOBAL const double* hi, TX_GLOBAL const double* lo, int t) {
    TxSum sum;
    sum.hi = hi[t];
    sum.lo = lo[t];
    return sum;
}

/* The sum of the n values up to bar t, if so many are defined. */
TX_FUNCTION TxSum tx_window_of(TX_GLOBAL const double* hi, TX_GLOBAL const double* lo, int n, int t) {
    TxSum end, before;
    end.hi = hi[t];
    end.lo = lo[t];
    before.hi = hi[t - n];
    before.lo = lo[t - n];
    return tx_sum_subtract(end, before);
}

/* Extreme of each window, of sign·x: sign = 1 for the highest, -1 for the lowest; the latest of equal ones.
 * Writes the value, or where `ago` is not 0 how many bars ago it was. `at` holds the bar of the current
 * extreme; it is searched anew only when it leaves the window. */
TX_FUNCTION void tx_extreme(TX_GLOBAL const double* x, double length, int bars, double sign, int ago,
                            TX_GLOBAL double* out) {
    const int n = TX_LENGTH(length, bars);
    int filled = 0;
    int at = 0;
    int t, k;
    for (t = 0; t < bars; ++t) {
        const double v = x[t];
        if (!TX_DEFINED(v)) {
            filled = 0;
        } else {
            filled += 1;
            if (filled == 1 || sign * v >= sign * x[at]) {
                at = t;
            } else if (at <= t - n) {
                at = t - n + 1;
                for (k = at + 1; k <= t; ++k)
                    if (sign * x[k] >= sign * x[at]) at = k;
            }
        }
        out[t] = filled < n ? TX_NAN : ago ? (double)(t - at) : x[at];
    }
}
