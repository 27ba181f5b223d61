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

/* Volume by where in its range the bar closed: from -volume at the low to volume at the high; 0 where there
 * is no range. */
TX_FUNCTION real tx_money_flow(real high, real low, real close, real volume) {
    const real flow = ((close - low) - (high - close)) / (high - low) * volume;
    return SELECT(high > low, flow, R(0.0));
}

/* a / b, 0 where b is 0. */
TX_FUNCTION real tx_ratio(real a, real b) {
    return SELECT(b < R(0.0), a / b, SELECT(b > R(0.0), a / b, a * b));
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
