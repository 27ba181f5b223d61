/* What several kernels of windows share. Kernel text like column_kernels.h, read after it and
 * double_double.h. */

TX_FUNCTION TxSum tx_sum_at(TX_GLOBAL const double* hi, TX_GLOBAL const double* lo, int t) {
    TxSum sum;
    sum.hi = hi[t];
    sum.lo = lo[t];
    return sum;
}

/* The sum of the values between two bars, of the sums up to them; where those are exact, it is rounded once
 * to hi, and has its rest. */
TX_FUNCTION TxSum tx_sum_between(TxSum end, TxSum before) {
    const TxSum sum = tx_sum_subtract_loosely(end, before);
    return tx_fast_two_sum(sum.hi, sum.lo);
}

/* ... of the n values up to bar t, if so many are defined. */
TX_FUNCTION TxSum tx_window_of(TX_GLOBAL const double* hi, TX_GLOBAL const double* lo, int n, int t) {
    return tx_sum_between(tx_sum_at(hi, lo, t), tx_sum_at(hi, lo, t - n));
}

/* ... not rounded yet. */
TX_FUNCTION TxSum tx_window_loosely(TX_GLOBAL const double* hi, TX_GLOBAL const double* lo, int n, int t) {
    return tx_sum_subtract_loosely(tx_sum_at(hi, lo, t), tx_sum_at(hi, lo, t - n));
}

/* What n values with this sum and sum of squares have for n times the sum of their squared distances from
 * their mean: n·squares - sum², in double-double. */
TX_FUNCTION double tx_squared_distances(TxSum sum, TxSum squares, double count) {
    return tx_sum_distance(tx_sum_scale_loosely(squares, count), tx_sum_multiply_loosely(sum, sum));
}

/* The sum of the n values up to bar t, undefined where fewer are defined; before it are n bars. */
TX_FUNCTION double tx_sum_of_window(TX_GLOBAL const double* hi, TX_GLOBAL const double* lo,
                                    TX_GLOBAL const double* run, int n, int t) {
    const double sum = tx_window_of(hi, lo, n, t).hi;
    return run[t] >= (double)n ? sum : TX_NAN;
}

/* ... where there may be fewer before it. */
TX_FUNCTION double tx_sum_of_first(TX_GLOBAL const double* hi, TX_GLOBAL const double* run, int n, int t) {
    return t == n - 1 && run[t] >= (double)n ? hi[t] : TX_NAN;
}

/* The straight line that fits n values best, from the oldest on. */
typedef struct {
    double slope;
    double intercept;
} TxLine;

/* From the sums of the values and of j·x, where j counts from the run's start and `before` values of the run
 * are not in the window: around the window's middle that is the sum of (j - middle)·x. `equal` of the last
 * values are equal. */
TX_FUNCTION TxLine tx_line_of(TxSum sum, TxSum ramp, double before, double equal, double count) {
    const double middle = 0.5 * (count - 1.0);
    const double spread =
        count * (count * count - 1.0) / 12.0; /* of 0, 1, ... n - 1 around their middle, squared */
    const double rise = tx_sum_distance(ramp, tx_sum_scale_loosely(sum, before + middle));
    const double tilt = rise / spread;
    const double known = equal >= count ? 0.0 : tilt;
    TxLine line;
    line.slope = before >= 0.0 ? known : TX_NAN;
    line.intercept = sum.hi / count - line.slope * middle;
    return line;
}

/* ... that fits the values up to bar t. x: a series, its sums (hi, lo, run), its ramp (hi, lo) and how many
 * of the last are equal. */
TX_FUNCTION TxLine tx_line_at(TX_GLOBAL const double* const* x, int n, int t) {
    const double count = (double)n;
    return tx_line_of(tx_window_of(x[1], x[2], n, t), tx_window_loosely(x[4], x[5], n, t), x[3][t] - count,
                      x[6][t], count);
}

/* ... where the window begins with the series. */
TX_FUNCTION TxLine tx_first_line(TX_GLOBAL const double* const* x, int n) {
    const double count = (double)n;
    return tx_line_of(tx_sum_at(x[1], x[2], n - 1), tx_sum_at(x[4], x[5], n - 1), x[3][n - 1] - count,
                      x[6][n - 1], count);
}

/* Sums up to bar t, whose value is v: of what is undefined they begin again. `sum` are the chains. */
TX_FUNCTION TxSum tx_next_sum(TxSum* sum, double v, int t) {
    TxSum joined = {0.0, 0.0};
    if (TX_DEFINED(v)) {
        const TxSum next = tx_sum_chain(*sum, v);
        joined = tx_sum_joined(next);
        *sum = tx_sum_chains_after(next, joined, t);
    } else {
        *sum = joined;
    }
    return joined;
}

/* ... of products a·b. */
TX_FUNCTION TxSum tx_next_long_sum(TxLongSum* sum, double a, double b, int t) {
    *sum = tx_long_sum_at(*sum, t);
    if (TX_DEFINED(a) && TX_DEFINED(b)) {
        sum->recent = tx_sum_chain_sum(sum->recent, tx_two_product(a, b));
    } else {
        const TxLongSum none = {{0.0, 0.0}, {0.0, 0.0}};
        *sum = none;
    }
    return tx_long_sum(*sum);
}

/* How many of the last values up to v were equal, of how many that were up to the one before. */
TX_FUNCTION double tx_next_equal(double equal, double v, double before) {
    return !TX_DEFINED(v) ? 0.0 : v == before ? equal + 1.0 : 1.0;
}

/* How many pairs of values up to a bar were defined, and how many of their last a and b were equal. */
typedef struct {
    double run;
    double equal_a;
    double equal_b;
} TxPairs;

TX_FUNCTION TxPairs tx_next_pairs(TxPairs pairs, TX_GLOBAL const double* a, TX_GLOBAL const double* b,
                                  int t) {
    const TxPairs none = {0.0, 0.0, 0.0};
    if (!(TX_DEFINED(a[t]) && TX_DEFINED(b[t]))) return none;
    pairs.equal_a = pairs.run > 0.0 && a[t] == a[t - 1] ? pairs.equal_a + 1.0 : 1.0;
    pairs.equal_b = pairs.run > 0.0 && b[t] == b[t - 1] ? pairs.equal_b + 1.0 : 1.0;
    pairs.run += 1.0;
    return pairs;
}

/* Of how many of the last pairs all a or all b were equal. */
TX_FUNCTION double tx_level_pairs(TxPairs pairs) {
    return pairs.equal_a > pairs.equal_b ? pairs.equal_a : pairs.equal_b;
}

/* The range of a bar, extended to the close before it; NaN if one of them is. */
TX_FUNCTION double tx_true_range_at(double high, double low, double before) {
    const double range = high - low;
    const double up = TX_ABS(high - before);
    const double down = TX_ABS(low - before);
    const double wider = up > range ? up : range;
    const double widest = down > wider ? down : wider;
    return range == range && up == up && down == down ? widest : TX_NAN;
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
TX_FUNCTION double tx_ratio(double a, double b) { return TX_RATIO(a, b); }

/* The sums of windows of n values of a series over those of another, from their prefix sums in x, at the bars
 * from `begin` to before `end`. Where the latter is 0 they are 0 with `or_zero`, else undefined. */
TX_FUNCTION void tx_window_ratios(TX_GLOBAL const double* const* x, int n, int begin, int end, int or_zero,
                                  TX_GLOBAL double* result) {
    TX_GLOBAL const double* series[6];
    int t;
    for (t = 0; t < 6; ++t) series[t] = x[t];
    for (t = begin; t < n && t < end; ++t) {
        const double a = tx_sum_of_first(series[0], series[2], n, t);
        const double b = tx_sum_of_first(series[3], series[5], n, t);
        result[t] = or_zero ? tx_ratio(a, b) : b == 0.0 ? TX_NAN : a / b;
    }
    TX_INDEPENDENT
    for (; t < end; ++t) {
        const double a = tx_sum_of_window(series[0], series[1], series[2], n, t);
        const double b = tx_sum_of_window(series[3], series[4], series[5], n, t);
        result[t] = or_zero ? tx_ratio(a, b) : b == 0.0 ? TX_NAN : a / b;
    }
}

/* What is summed up without exactness is made this many at a time, so that it does not wait for the sum. */
#define TX_FLOWS 256

/* Makes of flows the sums up to each, passes over what is undefined, and returns the last. */
TX_FUNCTION double tx_add_flows(double sum, TX_GLOBAL double* flows, int count) {
    int i;
    for (i = 0; i < count; ++i) {
        const double flow = flows[i];
        const int defined = TX_DEFINED(flow);
        sum += defined ? flow : 0.0;
        flows[i] = defined ? sum : TX_NAN;
    }
    return sum;
}
