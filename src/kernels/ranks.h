/* Order in a window. Kernel text like column_kernels.h, read after it. */

/* A number among the n values up to bar t: how many are below it and how many are equal, and what is next to
 * it. */
typedef struct {
    int below;
    int equal;
    double next_below;
    double next_above;
} TxPlace;

TX_FUNCTION TxPlace tx_place_of(TX_GLOBAL const double* x, int n, int t, double v) {
    TxPlace r;
    int k;
    r.below = 0;
    r.equal = 0;
    r.next_below = v;
    r.next_above = v;
    for (k = t - n + 1; k <= t; ++k) {
        const double other = x[k];
        if (other < v) {
            if (r.below == 0 || other > r.next_below) r.next_below = other;
            r.below += 1;
        } else if (other > v) {
            if (r.next_above == v || other < r.next_above) r.next_above = other;
        } else {
            r.equal += 1;
        }
    }
    return r;
}

/* The k-th smallest, from 1 on, of the n values up to bar t. The search begins at `from`, any number: the one
 * of the bar before is at most a few values away. */
TX_FUNCTION double tx_smallest(TX_GLOBAL const double* x, int n, int t, int k, double from) {
    TxPlace place = tx_place_of(x, n, t, from);
    while (place.below >= k || place.below + place.equal < k) {
        from = place.below >= k ? place.next_below : place.next_above;
        place = tx_place_of(x, n, t, from);
    }
    return from;
}

/* The value of each window at the position, from 0 to n - 1, of its values in ascending order; between two of
 * them in proportion. */
TX_FUNCTION void tx_sorted_value(TX_GLOBAL const double* x, double length, double position, int bars,
                                 TX_GLOBAL double* out) {
    const int n = TX_LENGTH(length, bars);
    const int whole = n > bars ? 0 : (int)position;
    const double part = position - (double)whole;
    double from = 0.0;
    int filled = 0;
    int t;
    for (t = 0; t < bars; ++t) {
        const double v = x[t];
        double result = TX_NAN;
        filled = TX_DEFINED(v) ? filled + 1 : 0;
        if (filled >= n) {
            from = tx_smallest(x, n, t, whole + 1, filled == n ? v : from);
            result = from + 0.0; /* zeros have no order: the result is not the negative one */
            if (part > 0.0) {
                const TxPlace place = tx_place_of(x, n, t, from);
                if (place.below + place.equal < whole + 2) result = from + part * (place.next_above - from);
            }
        }
        out[t] = result;
    }
}

/* The number of the bar at which sign·x was highest in each window. A new value that is equal replaces the
 * extreme; of equal ones in a window whose extreme has just left it the first is taken. */
TX_FUNCTION void tx_extreme_bar(TX_GLOBAL const double* x, double length, int bars, double sign,
                                TX_GLOBAL double* out) {
    const int n = TX_LENGTH(length, bars);
    int filled = 0;
    int at = -1;
    int t, k;
    for (t = 0; t < bars; ++t) {
        const double v = x[t];
        if (TX_DEFINED(v)) {
            filled += 1;
        } else {
            filled = 0;
            at = -1;
        }
        out[t] = TX_NAN;
        if (filled < n) continue;
        if (at < t - n + 1) {
            at = t - n + 1;
            for (k = at + 1; k <= t; ++k)
                if (sign * x[k] > sign * x[at]) at = k;
        } else if (sign * v >= sign * x[at]) {
            at = t;
        }
        out[t] = (double)at;
    }
}
