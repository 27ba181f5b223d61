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

/* The extreme of a window that moves on by a bar. */
typedef struct {
    int filled; /* defined values up to here, one after the other */
    int at;     /* its bar; searched anew only when it leaves the window */
} TxExtreme;

/* Moves on to bar t: the extreme of sign·x over n bars, sign = 1 for the highest, -1 for the lowest; the
 * latest of equal ones. */
TX_FUNCTION double tx_next_extreme(TxExtreme* extreme, TX_GLOBAL const double* x, int n, int t, double sign) {
    const double v = x[t];
    int at = extreme->at;
    int k;
    if (!TX_DEFINED(v)) {
        extreme->filled = 0;
        return TX_NAN;
    }
    extreme->filled += 1;
    if (extreme->filled == 1 || sign * v >= sign * x[at]) {
        at = t;
    } else if (at <= t - n) {
        at = t - n + 1;
        for (k = at + 1; k <= t; ++k)
            if (sign * x[k] >= sign * x[at]) at = k;
    }
    extreme->at = at;
    return extreme->filled < n ? TX_NAN : x[at];
}

/* The extreme of each window, or where `ago` is not 0 how many bars ago it was. */
TX_FUNCTION void tx_extreme(TX_GLOBAL const double* x, double length, int bars, double sign, int ago,
                            TX_GLOBAL double* out) {
    const int n = TX_LENGTH(length, bars);
    TxExtreme extreme = TX_ZERO;
    int t;
    for (t = 0; t < bars; ++t) {
        const double value = tx_next_extreme(&extreme, x, n, t, sign);
        out[t] = ago && extreme.filled >= n ? (double)(t - extreme.at) : value;
    }
}

/* The kernel tx_NAME: what tx_NAME_bar makes of the highest of x[0] and the lowest of x[1] in each window. */
#define TX_RANGES(name)                                                                                      \
    TX_FUNCTION void tx_##name(TX_GLOBAL const double* const* x, const double* p, int bars,                  \
                               TX_GLOBAL double* const* out) {                                               \
        const int n = TX_LENGTH(p[0], bars);                                                                 \
        TxExtreme highest = TX_ZERO;                                                                         \
        TxExtreme lowest = TX_ZERO;                                                                          \
        int t;                                                                                               \
        for (t = 0; t < bars; ++t) {                                                                         \
            const double top = tx_next_extreme(&highest, x[0], n, t, 1.0);                                   \
            const double bottom = tx_next_extreme(&lowest, x[1], n, t, -1.0);                                \
            out[0][t] = tx_##name##_bar(top, bottom, x, t);                                                  \
        }                                                                                                    \
    }

/* a / b; 0 where b is 0. */
TX_FUNCTION double tx_ratio(double a, double b) {
    const double quotient = b == 0.0 ? TX_NAN : a / b;
    return quotient != quotient ? a * b : quotient;
}
