/* What several scans share. Kernel text like column_kernels.h, read before them for single columns and for
 * lanes. */

/* A series at a bar: its value, and how far that is from the one before. */
typedef struct {
    real value;
    real move;
} TxStep;

TX_FUNCTION TxStep tx_next_step(real* value, real x) {
    TxStep step;
    step.value = x;
    step.move = x - *value;
    *value = x;
    return step;
}

/* A mean that moves by alpha of the distance, value += alpha·(x - value), told by how far x is above it: what
 * is kept of that and of x's move is above the next one. So a bar waits for an addition and a product of the
 * bar before, where the value itself would wait for a subtraction more; and the mean of a mean waits for no
 * value. `p` are the length, 1 - alpha and alpha. It starts as the mean of the first `length` values: until
 * then `above` is their sum, and it is undefined. `seen` values were there, this one included. */
TX_FUNCTION TxStep tx_next_mean(real* above, const real* p, TxStep x, real seen, int steady) {
    const real length = p[0];
    const real distance = *above + x.move;
    const real next = p[1] * distance;
    TxStep mean;
    real sum, first;
    mean.value = x.value - next;
    mean.move = p[2] * distance;
    if (steady) {
        *above = next;
        return mean;
    }
    sum = *above + x.value;
    first = sum / length;
    mean.value = SELECT(seen > length, mean.value, SELECT(seen < length, R(TX_NAN), first));
    sum = SELECT(seen > length, next, SELECT(seen < length, sum, x.value - first));
    *above = SELECT(seen > R(0.0), sum, R(0.0));
    return mean;
}

/* A mean that moves by an alpha of each bar's own, from `start` on, told as tx_next_mean tells it. */
TX_FUNCTION real tx_next_adaptive_mean(real* above, real start, TxStep x, real alpha, real seen, int steady) {
    const real moved = *above + x.move;
    const real distance = steady ? moved : SELECT(seen > R(1.0), moved, x.value - start);
    *above = (R(1.0) - alpha) * distance;
    return x.value - *above;
}

/* A mean as tx_next_mean makes it, the mean of it, and the mean of that one. */
typedef struct {
    TxStep once;
    TxStep twice;
    TxStep thrice;
} TxTripleMean;

/* `above` is of three. */
TX_FUNCTION TxTripleMean tx_next_triple_mean(real* above, const real* p, TxStep x, real seen, int steady) {
    const real before = p[0] - R(1.0); /* bars until a mean's first value */
    TxTripleMean next;
    next.once = tx_next_mean(above, p, x, seen, steady);
    next.twice = tx_next_mean(above + 1, p, next.once, seen - before, steady);
    next.thrice = tx_next_mean(above + 2, p, next.twice, seen - R(2.0) * before, steady);
    return next;
}

/* Wilder's moving sum: keeps `kept` = 1 - 1/length of itself at each value and gains the new one, from the
 * `length`-th on. */
TX_FUNCTION real tx_next_wilder_sum(real* sum, real length, real kept, real x, real seen, int steady) {
    const real next = kept * *sum + x;
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

/* a / b; a·b, which is 0, where b is 0: the operation ratio, of lanes too. */
TX_FUNCTION real tx_next_ratio(real a, real b) {
    const real quotient = a / b;
    return SELECT((b == R(0.0)) | (quotient != quotient), a * b, quotient);
}

/* The distance of Wilder's sums of plus and minus movement, x[0] and x[1], in percent of both together. So is
 * that of the directional indicators, which are these over the same range. `p` are the length and 1 -
 * 1/length; from the `length`-th bar on. */
TX_FUNCTION real tx_next_directional_index(real* sums, const real* p, const real* x, real seen, int steady) {
    const real plus = tx_next_wilder_sum(sums, p[0], p[1], x[0], seen, steady);
    const real minus = tx_next_wilder_sum(sums + 1, p[0], p[1], x[1], seen, steady);
    const real distance = SELECT(plus > minus, plus - minus, minus - plus);
    const real index = R(100.0) * tx_next_ratio(distance, plus + minus);
    return steady ? index : SELECT(seen < p[0], R(TX_NAN), index);
}

/* Wilder's means of the gains and of the losses of a series that moves by x. */
typedef struct {
    real gain;
    real loss;
    real above_gain;
    real above_loss;
} TxStrength;
typedef struct {
    real gains;
    real losses;
} TxGainsAndLosses;

TX_FUNCTION TxGainsAndLosses tx_next_strength(TxStrength* s, const real* p, real x, real seen, int steady) {
    const real zero = R(0.0);
    const TxStep gain = tx_next_step(&s->gain, SELECT(x > zero, x, zero));
    const TxStep loss = tx_next_step(&s->loss, SELECT(x < zero, -x, zero));
    TxGainsAndLosses means;
    means.gains = tx_next_mean(&s->above_gain, p, gain, seen, steady).value;
    means.losses = tx_next_mean(&s->above_loss, p, loss, seen, steady).value;
    return means;
}
