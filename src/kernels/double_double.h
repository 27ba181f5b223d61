/* Numbers as unevaluated sums of two doubles (Dekker 1971; Knuth, TAOCP 2, 4.2.2): sums of prices in ticks
 * are exact in them, so that windows that are equal in exact arithmetic stay equal.
 *
 * Kernel text like simulation.h, always in float64. Without fused operations but those that are written, and
 * never with -ffast-math. The includer defines TX_FUNCTION, and TX_FUSED(a, b, c) where the processor
 * computes a·b + c and rounds once (not for GPUs: that no compiler fuses anything there is seen by looking
 * for it). */

typedef struct {
    double hi;
    double lo;
} TxSum;

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

/* The rest of a product is a double, whichever way it is found, unless it is below the least one. */
TX_FUNCTION TxSum tx_two_product(double a, double b) {
#ifdef TX_FUSED
    TxSum r;
    r.hi = a * b;
    r.lo = TX_FUSED(a, b, -r.hi);
    return r;
#else
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
#endif
}

TX_FUNCTION TxSum tx_sum_add(TxSum s, double x) {
    const TxSum t = tx_two_sum(s.hi, x);
    return tx_fast_two_sum(t.hi, t.lo + s.lo);
}

/* A long sum, of one value a bar, is two chains: hi is what plain additions give, lo what they lose (Ogita,
 * Rump and Oishi 2005, Accurate sum and dot product, Sum2). So a bar waits for one addition of the bar
 * before, where a sum in double-double waits for eight. The sum up to bar t is tx_sum_joined(); from every
 * sixteenth bar on the chains go on with that, so that lo stays small and what is exact in double-double is
 * exact here. */
TX_FUNCTION TxSum tx_sum_chain(TxSum s, double x) {
    TxSum t = tx_two_sum(s.hi, x);
    t.lo = s.lo + t.lo;
    return t;
}

TX_FUNCTION TxSum tx_sum_chain_sum(TxSum s, TxSum x) {
    TxSum t = tx_two_sum(s.hi, x.hi);
    t.lo = s.lo + (t.lo + x.lo);
    return t;
}

TX_FUNCTION TxSum tx_sum_joined(TxSum s) { return tx_two_sum(s.hi, s.lo); }

/* The chains after bar t, whose sum is `joined`. */
TX_FUNCTION TxSum tx_sum_chains_after(TxSum s, TxSum joined, int t) { return t % 16 == 15 ? joined : s; }

/* Of what is hardly ever exact, squares and products, what the two chains round shows: they begin anew with
 * every sixteenth bar, and what was before that are two chains of such sums. */
typedef struct {
    TxSum before;
    TxSum recent;
} TxLongSum;

TX_FUNCTION TxSum tx_sum_add_sum(TxSum a, TxSum b) {
    TxSum s = tx_two_sum(a.hi, b.hi);
    const TxSum t = tx_two_sum(a.lo, b.lo);
    s = tx_fast_two_sum(s.hi, s.lo + t.hi);
    return tx_fast_two_sum(s.hi, s.lo + t.lo);
}

/* ... where what comes of it is soon a double: lo is small, but not the rest of a rounding. Sums that are
 * exact in double-double stay exact. */
TX_FUNCTION TxSum tx_sum_add_loosely(TxSum a, TxSum b) {
    TxSum s = tx_two_sum(a.hi, b.hi);
    s.lo = s.lo + (a.lo + b.lo);
    return s;
}

TX_FUNCTION TxSum tx_sum_subtract_loosely(TxSum a, TxSum b) {
    TxSum s = tx_two_sum(a.hi, -b.hi);
    s.lo = s.lo + (a.lo - b.lo);
    return s;
}

TX_FUNCTION TxSum tx_sum_scale_loosely(TxSum a, double by) {
    TxSum p = tx_two_product(a.hi, by);
    p.lo = p.lo + a.lo * by;
    return p;
}

TX_FUNCTION TxSum tx_sum_multiply_loosely(TxSum a, TxSum b) {
    TxSum p = tx_two_product(a.hi, b.hi);
    p.lo = p.lo + (a.hi * b.lo + a.lo * b.hi);
    return p;
}

/* A long sum at bar t, before it gets what bar t adds. */
TX_FUNCTION TxLongSum tx_long_sum_at(TxLongSum s, int t) {
    if (t % 16 == 0) {
        s.before = tx_sum_chain_sum(s.before, s.recent);
        if (t % 512 == 0) s.before = tx_sum_joined(s.before);
        s.recent.hi = 0.0;
        s.recent.lo = 0.0;
    }
    return s;
}

TX_FUNCTION TxSum tx_long_sum(TxLongSum s) { return tx_sum_add_loosely(s.before, s.recent); }

/* The double next to a - b. */
TX_FUNCTION double tx_sum_distance(TxSum a, TxSum b) {
    const TxSum s = tx_sum_subtract_loosely(a, b);
    return s.hi + s.lo;
}

TX_FUNCTION TxSum tx_sum_subtract(TxSum a, TxSum b) {
    b.hi = -b.hi;
    b.lo = -b.lo;
    return tx_sum_add_sum(a, b);
}

TX_FUNCTION TxSum tx_sum_scale(TxSum a, double by) {
    const TxSum p = tx_two_product(a.hi, by);
    return tx_fast_two_sum(p.hi, p.lo + a.lo * by);
}

TX_FUNCTION TxSum tx_sum_multiply(TxSum a, TxSum b) {
    const TxSum p = tx_two_product(a.hi, b.hi);
    return tx_fast_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

TX_FUNCTION TxSum tx_sum_divide(TxSum a, TxSum b) {
    const double q = a.hi / b.hi;
    const TxSum p = tx_two_product(b.hi, q);
    return tx_fast_two_sum(q, ((a.hi - p.hi) + (a.lo - (p.lo + b.lo * q))) / b.hi);
}
