/* What several scans share. Kernel text like column_kernels.h, read before them for single columns and for
 * lanes. */

/* A mean that moves by a part of the distance, value += alpha·(x - value), and starts as the mean of the
 * first `length` values: the next one, where `seen` values were there, this one included. Undefined before
 * its start; until then `value` is the sum. */
TX_FUNCTION real tx_next_mean(real* value, real length, real alpha, real x, real seen, int steady) {
    const real next = *value + alpha * (x - *value);
    real sum;
    if (steady) {
        *value = next;
        return next;
    }
    sum = *value + x;
    sum = SELECT(seen > length, next, SELECT(seen < length, sum, sum / length));
    *value = SELECT(seen > R(0.0), sum, R(0.0));
    return SELECT(seen < length, R(TX_NAN), sum);
}

/* A mean as tx_next_mean makes it, the mean of it, and the mean of that one: one after the other in a bar,
 * while the next bar's first need not wait for this bar's last. */
typedef struct {
    real once;
    real twice;
    real thrice;
} TxTripleMean;

TX_FUNCTION TxTripleMean tx_next_triple_mean(real* once, real* twice, real* thrice, real length, real alpha,
                                             real x, real seen, int steady) {
    const real before = length - R(1.0); /* bars until a mean's first value */
    TxTripleMean next;
    next.once = tx_next_mean(once, length, alpha, x, seen, steady);
    next.twice = tx_next_mean(twice, length, alpha, next.once, seen - before, steady);
    next.thrice = tx_next_mean(thrice, length, alpha, next.twice, seen - R(2.0) * before, steady);
    return next;
}

/* Wilder's moving sum: loses its length-th part at each value and gains the new one, from the `length`-th on.
 */
TX_FUNCTION real tx_next_wilder_sum(real* sum, real length, real x, real seen, int steady) {
    const real next = *sum - *sum / length + x;
    if (steady) {
        *sum = next;
        return next;
    }
    *sum = SELECT(seen < length, *sum + x, next);
    return SELECT(seen < length - R(1.0), R(TX_NAN), *sum);
}

/* The volume of a bar of high, low, close and volume by where in its range it closed: from -volume at the low
 * to volume at the high, and 0 where there is no range. */
TX_FUNCTION real tx_money_flow(const real* x) {
    const real place = ((x[2] - x[1]) - (x[0] - x[2])) / (x[0] - x[1]);
    return SELECT(x[0] > x[1], place * x[3], R(0.0));
}

/* The accumulation/distribution line after a bar of high, low, close and volume. */
TX_FUNCTION real tx_next_accumulation(real* line, const real* x) {
    *line = *line + tx_money_flow(x);
    return *line;
}
