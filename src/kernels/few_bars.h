/* Weighted means over few bars, and lines through them, are told from the values alone: the newest one, and
 * the changes from bar to bar before it, each weighed. So nothing but the window counts, and where all values
 * are equal a mean is that value and a slope 0. Over more bars they are told from sums up to a bar.
 *
 * Kernel text like column_kernels.h, read after it and windows.h. */

#define TX_FEW_BARS 32

/* What is told: the newest value less its distance from a mean that weighs n, n - 1, ... 1 (the newest
 * first), from one whose weights rise and fall, from a plain one; the rise per bar of the line that fits
 * best. */
#define TX_LINEAR 0
#define TX_TRIANGULAR 1
#define TX_EVEN 2
#define TX_RISE 3

/* The weight of the change i bars ago, of n values: of a mean the sum of the weights of all values before
 * that change. */
TX_FUNCTION double tx_change_weight(int kind, int n, int i) {
    const double newer = (double)(i + 1);
    const double older = (double)(n - 1 - i);
    const double least =
        (double)((n + 1) / 2); /* the length of the shorter of the two means of a triangular one */
    const double most = (double)(n / 2 + 1);
    const double top = least < most ? least : most;
    switch (kind) {
    case TX_LINEAR: return 0.5 * older * (older + 1.0);
    case TX_TRIANGULAR:
        return older <= top ? 0.5 * older * (older + 1.0) : least * most - 0.5 * newer * (newer + 1.0);
    case TX_EVEN: return older;
    default: return 0.5 * newer * older;
    }
}

/* What the weighed changes are divided by. */
TX_FUNCTION double tx_change_divisor(int kind, int n) {
    const double count = (double)n;
    switch (kind) {
    case TX_LINEAR: return 0.5 * count * (count + 1.0);
    case TX_TRIANGULAR: return (double)((n + 1) / 2) * (double)(n / 2 + 1);
    case TX_EVEN: return count;
    default: return count * (count * count - 1.0) / 12.0;
    }
}

/* x itself, NaN for all that is undefined. */
TX_FUNCTION double tx_defined_or_nan(double x) { return x + (x - x); }

TX_FUNCTION double tx_weighed_changes(int kind, TX_GLOBAL const double* x, int n, int t) {
    double sum = 0.0;
    int i;
    for (i = 0; i < n - 1; ++i)
        sum += tx_change_weight(kind, n, i) * tx_defined_or_nan(x[t - i] - x[t - i - 1]);
    return sum;
}

TX_FUNCTION void tx_means_of_few(int kind, TX_GLOBAL const double* x, int n, int bars,
                                 TX_GLOBAL double* result) {
    const double divisor = tx_change_divisor(kind, n);
    int t;
    for (t = 0; t < n - 1 && t < bars; ++t) result[t] = TX_NAN;
    for (; t < bars; ++t) result[t] = tx_defined_or_nan(x[t]) - tx_weighed_changes(kind, x, n, t) / divisor;
}

/* The line through the n values up to bar t; `t` is not before them. */
TX_FUNCTION TxLine tx_line_of_few(TX_GLOBAL const double* x, int n, int t) {
    const double count = tx_change_divisor(TX_EVEN, n);
    TxLine line;
    line.slope = tx_weighed_changes(TX_RISE, x, n, t) / tx_change_divisor(TX_RISE, n);
    line.intercept =
        (x[t] - tx_weighed_changes(TX_EVEN, x, n, t) / count) - line.slope * (0.5 * (count - 1.0));
    return line;
}

TX_FUNCTION void tx_lines_of_few(TX_GLOBAL const double* x, int n, int bars, TX_GLOBAL double* slopes,
                                 TX_GLOBAL double* intercepts) {
    int t;
    for (t = 0; t < n - 1 && t < bars; ++t) {
        slopes[t] = TX_NAN;
        intercepts[t] = TX_NAN;
    }
    for (; t < bars; ++t) {
        const TxLine line = tx_line_of_few(x, n, t);
        slopes[t] = line.slope;
        intercepts[t] = line.intercept;
    }
}

/* ... where it is `at` bars after its start. */
TX_FUNCTION void tx_line_values_of_few(TX_GLOBAL const double* x, int n, double at, int bars,
                                       TX_GLOBAL double* values) {
    int t;
    for (t = 0; t < n - 1 && t < bars; ++t) values[t] = TX_NAN;
    for (; t < bars; ++t) {
        const TxLine line = tx_line_of_few(x, n, t);
        values[t] = line.intercept + line.slope * at;
    }
}
