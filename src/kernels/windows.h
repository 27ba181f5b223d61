/* Functions of a series over a window: the indicators that SEMANTICS section 5 fixes.
 *
 * Kernel text like simulation.h, always in float64. Each function reads `bars` values of `x` and writes as
 * many of `out`; `n` ≥ 1 is the window. A value is NaN until the window is full of defined (finite) values.
 * The includer defines TX_FUNCTION, TX_GLOBAL (the address space of columns), TX_NAN and TX_SQRT.
 *
 * Sums slide in double-double arithmetic (Dekker 1971; Knuth, TAOCP 2, 4.2.2), which is exact for prices in
 * ticks, so that windows that are equal in exact arithmetic stay equal. Without fused operations, and never
 * with -ffast-math. */

typedef struct {
    double hi;
    double lo;
} TxSum;

#define TX_DEFINED(x) ((x) - (x) == 0.0)

TX_FUNCTION TxSum tx_two_sum(double a, double b) {
    TxSum r;
    double t;
    r.hi = a + b;
    t = r.hi - a;
    r.lo = (a - (r.hi - t)) + (b - t);
    return r;
}

TX_FUNCTION TxSum tx_fast_two_sum(double a, double b) {
    TxSum r;
    r.hi = a + b;
    r.lo = b - (r.hi - a);
    return r;
}

TX_FUNCTION TxSum tx_two_product(double a, double b) {
    const double ta = 134217729.0 * a; /* 2^27 + 1 */
    const double tb = 134217729.0 * b;
    const double ah = ta - (ta - a);
    const double bh = tb - (tb - b);
    const double al = a - ah;
    const double bl = b - bh;
    TxSum r;
    r.hi = a * b;
    r.lo = ((ah * bh - r.hi) + ah * bl + al * bh) + al * bl;
    return r;
}

TX_FUNCTION TxSum tx_sum_add(TxSum s, double x) {
    const TxSum t = tx_two_sum(s.hi, x);
    return tx_fast_two_sum(t.hi, t.lo + s.lo);
}

TX_FUNCTION TxSum tx_sum_add_sum(TxSum a, TxSum b) {
    TxSum s = tx_two_sum(a.hi, b.hi);
    const TxSum t = tx_two_sum(a.lo, b.lo);
    s = tx_fast_two_sum(s.hi, s.lo + t.hi);
    return tx_fast_two_sum(s.hi, s.lo + t.lo);
}

/* scale/n times the sum of each window. */
TX_FUNCTION void tx_window_sums(const TX_GLOBAL double* x, int n, int bars, double divisor,
                                TX_GLOBAL double* out) {
    TxSum sum = {0.0, 0.0};
    int filled = 0; /* defined values in a row, up to this bar */
    int t;
    for (t = 0; t < bars; ++t) {
        const double v = x[t];
        if (!TX_DEFINED(v)) {
            filled = 0;
            sum.hi = 0.0;
            sum.lo = 0.0;
        } else {
            filled += 1;
            sum = tx_sum_add(sum, v);
            if (filled > n) sum = tx_sum_add(sum, -x[t - n]);
        }
        out[t] = filled >= n ? sum.hi / divisor : TX_NAN;
    }
}

TX_FUNCTION void tx_sum(const TX_GLOBAL double* x, int n, int bars, TX_GLOBAL double* out) {
    tx_window_sums(x, n, bars, 1.0, out);
}

TX_FUNCTION void tx_sma(const TX_GLOBAL double* x, int n, int bars, TX_GLOBAL double* out) {
    tx_window_sums(x, n, bars, (double)n, out);
}

/* Population standard deviation: sqrt((sum of squares - sum^2/n)/n); exactly 0 where all values of the window
 * are equal. */
TX_FUNCTION void tx_stdev(const TX_GLOBAL double* x, int n, int bars, TX_GLOBAL double* out) {
    const double count = (double)n;
    TxSum sum = {0.0, 0.0};
    TxSum squares = {0.0, 0.0};
    int filled = 0;
    int equal = 0; /* equal values in a row, up to this bar */
    int t;
    for (t = 0; t < bars; ++t) {
        const double v = x[t];
        if (!TX_DEFINED(v)) {
            filled = 0;
            equal = 0;
            sum.hi = 0.0;
            sum.lo = 0.0;
            squares.hi = 0.0;
            squares.lo = 0.0;
        } else {
            equal = filled > 0 && v == x[t - 1] ? equal + 1 : 1;
            filled += 1;
            sum = tx_sum_add(sum, v);
            squares = tx_sum_add_sum(squares, tx_two_product(v, v));
            if (filled > n) {
                const double w = x[t - n];
                const TxSum w2 = tx_two_product(w, w);
                const TxSum minus = {-w2.hi, -w2.lo};
                sum = tx_sum_add(sum, -w);
                squares = tx_sum_add_sum(squares, minus);
            }
        }
        if (filled < n) {
            out[t] = TX_NAN;
        } else if (equal >= n) {
            out[t] = 0.0;
        } else {
            /* n·squares - sum², both in double-double */
            TxSum a = tx_two_product(squares.hi, count);
            TxSum b = tx_two_product(sum.hi, sum.hi);
            double variance;
            a = tx_fast_two_sum(a.hi, a.lo + squares.lo * count);
            b = tx_fast_two_sum(b.hi, b.lo + 2.0 * sum.hi * sum.lo);
            b.hi = -b.hi;
            b.lo = -b.lo;
            a = tx_sum_add_sum(a, b);
            variance = a.hi / (count * count);
            out[t] = variance > 0.0 ? TX_SQRT(variance) : 0.0;
        }
    }
}

/* Exponential mean: the first value is the mean of the first n defined values; undefined values are passed
 * over. */
TX_FUNCTION void tx_recursive_mean(const TX_GLOBAL double* x, int n, int bars, double alpha,
                                   TX_GLOBAL double* out) {
    double value = 0.0;
    int seen = 0;
    int t;
    for (t = 0; t < bars; ++t) {
        const double v = x[t];
        out[t] = TX_NAN;
        if (!TX_DEFINED(v)) continue;
        if (seen < n) {
            value += v;
            seen += 1;
            if (seen == n) {
                value /= (double)n;
                out[t] = value;
            }
        } else {
            value += alpha * (v - value);
            out[t] = value;
        }
    }
}

TX_FUNCTION void tx_ema(const TX_GLOBAL double* x, int n, int bars, TX_GLOBAL double* out) {
    tx_recursive_mean(x, n, bars, 2.0 / (double)(n + 1), out);
}

/* Wilder's mean. */
TX_FUNCTION void tx_rma(const TX_GLOBAL double* x, int n, int bars, TX_GLOBAL double* out) {
    tx_recursive_mean(x, n, bars, 1.0 / (double)n, out);
}

/* Wilder's relative strength index of x: 100·gains/(gains + losses), 0 where nothing moved (as TA-Lib). */
TX_FUNCTION void tx_rsi(const TX_GLOBAL double* x, int n, int bars, TX_GLOBAL double* out) {
    const double alpha = 1.0 / (double)n;
    double gains = 0.0;
    double losses = 0.0;
    int seen = 0;
    int t;
    for (t = 0; t < bars; ++t) {
        const double change = t > 0 ? x[t] - x[t - 1] : TX_NAN;
        const double gain = change > 0.0 ? change : 0.0;
        const double loss = change < 0.0 ? -change : 0.0;
        out[t] = TX_NAN;
        if (!TX_DEFINED(change)) continue;
        if (seen < n) {
            gains += gain;
            losses += loss;
            seen += 1;
            if (seen == n) {
                gains /= (double)n;
                losses /= (double)n;
            }
        } else {
            gains += alpha * (gain - gains);
            losses += alpha * (loss - losses);
        }
        if (seen == n) {
            const double moved = gains + losses;
            out[t] = moved == 0.0 ? 0.0 : 100.0 * gains / moved;
        }
    }
}

/* Extreme of each window, of sign·x: sign = 1 for the highest, -1 for the lowest. `at` holds the bar of the
 * current extreme; it is searched anew only when it leaves the window. */
TX_FUNCTION void tx_extreme(const TX_GLOBAL double* x, int n, int bars, double sign, TX_GLOBAL double* out) {
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
        out[t] = filled >= n ? x[at] : TX_NAN;
    }
}

TX_FUNCTION void tx_highest(const TX_GLOBAL double* x, int n, int bars, TX_GLOBAL double* out) {
    tx_extreme(x, n, bars, 1.0, out);
}

TX_FUNCTION void tx_lowest(const TX_GLOBAL double* x, int n, int bars, TX_GLOBAL double* out) {
    tx_extreme(x, n, bars, -1.0, out);
}

/* All of them: name, and of which kind (WindowKind of rules/functions.hpp). Their numbers, as plans have
 * them. */
#define TX_WINDOWS(X)                                                                                        \
    X(sma, mean)                                                                                             \
    X(sum, sum)                                                                                              \
    X(stdev, deviation)                                                                                      \
    X(ema, exponential_mean)                                                                                 \
    X(rma, wilder_mean)                                                                                      \
    X(rsi, other)                                                                                            \
    X(highest, other)                                                                                        \
    X(lowest, other)

enum {
#define TX_WINDOW_NUMBER(name, kind) TX_WINDOW_##name,
    TX_WINDOWS(TX_WINDOW_NUMBER)
#undef TX_WINDOW_NUMBER
        TX_WINDOW_COUNT
};
