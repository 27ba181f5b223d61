/* Elementary functions, to about an ulp and with the same bits on every device: an argument is reduced, a
 * Taylor series in the remainder adds what is small, and what is large is summed in double-double. Without
 * branches, so that a processor computes several values at once. Muller (2016), Elementary Functions:
 * Algorithms and Implementation; for the logarithm and its reduction Tang (1990), Table-driven implementation
 * of the logarithm function, ACM TOMS 16(4).
 *
 * Kernel text like column_kernels.h, read after it and double_double.h. NaN gives NaN. The includer also
 * defines
 *
 *   tx_u64, TX_BITS(x), TX_FROM_BITS(n)  the bits of a double as a whole number, and back */

TX_FUNCTION TxSum tx_exactly(double x) {
    TxSum r;
    r.hi = x;
    r.lo = 0.0;
    return r;
}

TX_FUNCTION TxSum tx_either(int first, TxSum a, TxSum b) {
    TxSum r;
    r.hi = first ? a.hi : b.hi;
    r.lo = first ? a.lo : b.lo;
    return r;
}

TX_FUNCTION TxSum tx_with_sign(int negative, TxSum a) {
    a.hi = negative ? -a.hi : a.hi;
    a.lo = negative ? -a.lo : a.lo;
    return a;
}

/* The largest whole number that is not above x. */
TX_FUNCTION double tx_whole_below(double x) {
    const double size = TX_ABS(x);
    const double rounded = (size + 4503599627370496.0) - 4503599627370496.0; /* 2^52 */
    const double whole = x < 0.0 ? -rounded : rounded;
    const double below = whole > x ? whole - 1.0 : whole;
    return size < 4503599627370496.0 ? below : x; /* from there on all are whole */
}

/* 2^k, for whole k from -1022 to 1023. */
TX_FUNCTION double tx_power_of_two(double k) {
    return TX_FROM_BITS(TX_BITS(k + 4503599627371519.0)
                        << 52); /* 2^52 + 1023: the exponent in the last bits */
}

/* x·2^k, also where 2^k is no number. */
TX_FUNCTION double tx_scaled(double x, double k) {
    const double first = tx_whole_below(0.5 * k);
    return x * tx_power_of_two(first) * tx_power_of_two(k - first);
}

/* e^x = 2^k times the sum, for |x| < 800. */
TX_FUNCTION TxSum tx_exponential(double x, double* k) {
    const double whole = tx_whole_below(x * 1.4426950408889634 + 0.5);
    /* ln 2 in two parts, the first of 32 bits: its product is exact */
    const TxSum r = tx_two_sum(x - whole * 0.693147180369123816, whole * -1.90821492927058770e-10);
    TxSum e;
    double q = 1.0 / 87178291200.0; /* 14! */
    q = q * r.hi + 1.0 / 6227020800.0;
    q = q * r.hi + 1.0 / 479001600.0;
    q = q * r.hi + 1.0 / 39916800.0;
    q = q * r.hi + 1.0 / 3628800.0;
    q = q * r.hi + 1.0 / 362880.0;
    q = q * r.hi + 1.0 / 40320.0;
    q = q * r.hi + 1.0 / 5040.0;
    q = q * r.hi + 1.0 / 720.0;
    q = q * r.hi + 1.0 / 120.0;
    q = q * r.hi + 1.0 / 24.0;
    q = q * r.hi + 1.0 / 6.0;
    q = q * r.hi + 0.5;
    e = tx_fast_two_sum(1.0, r.hi);
    *k = whole;
    return tx_fast_two_sum(e.hi, e.lo + (r.lo + r.hi * r.lo + r.hi * r.hi * q));
}

TX_FUNCTION double tx_exponential_value(double x) {
    const double most = x > 720.0 ? 720.0 : x; /* infinite */
    double k;
    const TxSum e = tx_exponential(most < -760.0 ? -760.0 : most, &k); /* 0 */
    return tx_scaled(e.hi, k);
}

/* x = 2^k·(1 + f) with f from √½ - 1 to √2 - 1, for x above 0; ln (1 + f) = f - half_square + rest. */
typedef struct {
    double k;
    double f;
    double half_square;
    double rest;
} TxLogarithm;

TX_FUNCTION TxLogarithm tx_logarithm(double x) {
    const int small = x < 2.2250738585072014e-308; /* has leading zeros */
    const tx_u64 root = 0x3fe6a09e667f3bcd;        /* √½ */
    const tx_u64 bits = TX_BITS(small ? x * 18014398509481984.0 : x) + (0x3ff0000000000000 - root);
    const double exponent = TX_FROM_BITS((bits >> 52) | 0x4330000000000000) - 4503599627371519.0;
    TxLogarithm r;
    double s, square;
    double q = 2.0 / 23.0;
    r.k = small ? exponent - 54.0 : exponent;
    r.f = TX_FROM_BITS((bits & 0xfffffffffffff) + root) - 1.0;
    s = r.f / (2.0 + r.f);
    square = s * s;
    q = q * square + 2.0 / 21.0;
    q = q * square + 2.0 / 19.0;
    q = q * square + 2.0 / 17.0;
    q = q * square + 2.0 / 15.0;
    q = q * square + 2.0 / 13.0;
    q = q * square + 2.0 / 11.0;
    q = q * square + 2.0 / 9.0;
    q = q * square + 2.0 / 7.0;
    q = q * square + 2.0 / 5.0;
    q = q * square + 2.0 / 3.0;
    r.half_square = 0.5 * r.f * r.f;
    r.rest = s * (r.half_square + square * q);
    return r;
}

/* Of a number above 0. */
TX_FUNCTION double tx_natural_logarithm(double x) {
    const TxLogarithm r = tx_logarithm(x);
    return r.k * 0.693147180369123816 - ((r.half_square - (r.rest + r.k * 1.90821492927058770e-10)) - r.f);
}

/* Of a number above 0. */
TX_FUNCTION double tx_decimal_logarithm(double x) {
    const TxLogarithm r = tx_logarithm(x);
    const double hi = TX_FROM_BITS(TX_BITS(r.f - r.half_square) & 0xffffffff00000000);
    const double lo = ((r.f - hi) - r.half_square) + r.rest;
    /* 1/ln 10 and log10 2 in two parts each: the products of the first ones are exact */
    const TxSum sum = tx_two_sum(r.k * 0.3010299956658855, hi * 0.4342944818781689);
    const double rest = (lo + hi) * 2.5082946711645275e-11 + lo * 0.4342944818781689;
    return sum.hi + (sum.lo + (rest - r.k * 1.9043128467164274e-12));
}

/* The remainder of x by π/2, at most π/4 in size, and which quarter of the circle x is in; for |x| < 1e15. */
TX_FUNCTION TxSum tx_quarter_turns(double x, double* quarter) {
    const double k = tx_whole_below(x * 0.6366197723675814 + 0.5);
    const TxSum p = tx_two_product(k, 1.5707963267948966); /* π/2 in three parts */
    const TxSum s = tx_two_product(k, 6.123233995736766e-17);
    TxSum r = tx_two_sum(x, -p.hi);
    r = tx_sum_add(r, -p.lo);
    r = tx_sum_add(r, -s.hi);
    r = tx_sum_add(r, k * 1.4973849048591698e-33 - s.lo);
    *quarter = k - 4.0 * tx_whole_below(k * 0.25);
    return r;
}

/* Both for |r| of at most about π/4. */
TX_FUNCTION TxSum tx_small_sine(TxSum r) {
    const double square = r.hi * r.hi;
    double q = -1.0 / 121645100408832000.0; /* 19! */
    q = q * square + 1.0 / 355687428096000.0;
    q = q * square - 1.0 / 1307674368000.0;
    q = q * square + 1.0 / 6227020800.0;
    q = q * square - 1.0 / 39916800.0;
    q = q * square + 1.0 / 362880.0;
    q = q * square - 1.0 / 5040.0;
    q = q * square + 1.0 / 120.0;
    q = q * square - 1.0 / 6.0;
    return tx_fast_two_sum(r.hi, r.lo * (1.0 - 0.5 * square) + r.hi * (square * q));
}

TX_FUNCTION TxSum tx_small_cosine(TxSum r) {
    const TxSum square = tx_two_product(r.hi, r.hi);
    const double halved = 0.5 * square.hi;
    const double start = 1.0 - halved;
    double q = 1.0 / 2432902008176640000.0; /* 20! */
    q = q * square.hi - 1.0 / 6402373705728000.0;
    q = q * square.hi + 1.0 / 20922789888000.0;
    q = q * square.hi - 1.0 / 87178291200.0;
    q = q * square.hi + 1.0 / 479001600.0;
    q = q * square.hi - 1.0 / 3628800.0;
    q = q * square.hi + 1.0 / 40320.0;
    q = q * square.hi - 1.0 / 720.0;
    q = q * square.hi + 1.0 / 24.0;
    return tx_fast_two_sum(start, ((1.0 - start) - halved) +
                                      (square.hi * (square.hi * q) - 0.5 * square.lo - r.hi * r.lo));
}

TX_FUNCTION TxSum tx_sine(double x) {
    double quarter;
    const TxSum r = tx_quarter_turns(x, &quarter);
    const int odd = quarter == 1.0 || quarter == 3.0;
    return tx_with_sign(quarter >= 2.0, tx_either(odd, tx_small_cosine(r), tx_small_sine(r)));
}

TX_FUNCTION TxSum tx_cosine(double x) {
    double quarter;
    const TxSum r = tx_quarter_turns(x, &quarter);
    const int odd = quarter == 1.0 || quarter == 3.0;
    return tx_with_sign(quarter == 1.0 || quarter == 2.0,
                        tx_either(odd, tx_small_sine(r), tx_small_cosine(r)));
}

/* The angle whose tangent is y/x, for 0 <= y and 0 < x, or 0 < y: from that of 0, 1/4, 1/2 or 1, whichever is
 * near the smaller ratio. */
TX_FUNCTION TxSum tx_angle_of(TxSum y, TxSum x) {
    const int steep = y.hi > x.hi;
    const TxSum a = tx_either(steep, x, y);
    const TxSum b = tx_either(steep, y, x);
    const int near_one = a.hi > 0.72 * b.hi;
    const int near_half = a.hi > 0.37 * b.hi;
    const int near_quarter = a.hi > 0.123 * b.hi;
    const double part = near_one ? 1.0 : near_half ? 0.5 : near_quarter ? 0.25 : 0.0;
    const double known = near_one       ? 0.7853981633974483
                         : near_half    ? 0.4636476090008061
                         : near_quarter ? 0.24497866312686414
                                        : 0.0;
    const double rest = near_one       ? 3.061616997868383e-17
                        : near_half    ? 2.2698777452961687e-17
                        : near_quarter ? 1.0698755618734451e-17
                                       : 0.0;
    /* the tangent of what is left; products with the part are exact */
    TxSum up = tx_two_sum(a.hi, -part * b.hi);
    TxSum down = tx_fast_two_sum(b.hi, part * a.hi);
    TxSum product, angle, turned;
    double inverse, t, t_rest, square, fourth, q;
    up.lo += a.lo - part * b.lo;
    down.lo += b.lo + part * a.lo;
    inverse = 1.0 / down.hi;
    t = up.hi * inverse;
    product = tx_two_product(t, down.hi);
    t_rest = ((up.hi - product.hi) - product.lo + (up.lo - t * down.lo)) * inverse;
    square = t * t;
    fourth = square * square;
    /* not one term after the other: a recursion waits for this */
    q = (1.0 / 3.0 - square * (1.0 / 5.0)) + fourth * (1.0 / 7.0 - square * (1.0 / 9.0)) +
        fourth * fourth *
            (((1.0 / 11.0 - square * (1.0 / 13.0)) + fourth * (1.0 / 15.0 - square * (1.0 / 17.0))) +
             fourth * fourth * ((1.0 / 19.0 - square * (1.0 / 21.0)) + fourth * (1.0 / 23.0)));
    angle = tx_two_sum(known, t);
    angle = tx_fast_two_sum(angle.hi, angle.lo + (rest + (t_rest - t * (square * q))));
    turned = tx_fast_two_sum(1.5707963267948966, -angle.hi); /* π/2, in two parts */
    turned.lo += 6.123233995736766e-17 - angle.lo;
    return tx_either(steep, tx_fast_two_sum(turned.hi, turned.lo), angle);
}

TX_FUNCTION double tx_arctangent(double x) {
    const double size = TX_ABS(x);
    const double angle = tx_angle_of(tx_exactly(size > 1e300 ? 1e300 : size), tx_exactly(1.0)).hi;
    return x < 0.0 ? -angle : angle;
}

/* sqrt(1 - x²), for |x| <= 1. */
TX_FUNCTION TxSum tx_other_leg(double x) {
    const TxSum square = tx_two_product(x, x);
    const TxSum v = tx_sum_add(tx_two_sum(1.0, -square.hi), -square.lo);
    const int none = !(v.hi > 0.0);
    const double root = TX_SQRT(none ? 1.0 : v.hi);
    const TxSum p = tx_two_product(root, root);
    const TxSum leg = tx_fast_two_sum(root, ((v.hi - p.hi) + (v.lo - p.lo)) / (2.0 * root));
    return tx_either(none, tx_exactly(0.0), leg);
}

/* The hyperbolic sine of |x| < 1. */
TX_FUNCTION TxSum tx_small_hyperbolic_sine(double x) {
    const double square = x * x;
    double q = 1.0 / 51090942171709440000.0; /* 21! */
    q = q * square + 1.0 / 121645100408832000.0;
    q = q * square + 1.0 / 355687428096000.0;
    q = q * square + 1.0 / 1307674368000.0;
    q = q * square + 1.0 / 6227020800.0;
    q = q * square + 1.0 / 39916800.0;
    q = q * square + 1.0 / 362880.0;
    q = q * square + 1.0 / 5040.0;
    q = q * square + 1.0 / 120.0;
    q = q * square + 1.0 / 6.0;
    return tx_fast_two_sum(x, x * (square * q));
}

/* Of 0 <= x < 800: e^x = 2^k·up, e^-x = 2^k·down. */
typedef struct {
    TxSum up;
    double down;
    double k;
} TxHyperbolic;

TX_FUNCTION TxHyperbolic tx_hyperbolic(double x) {
    TxHyperbolic r;
    double inverse;
    r.up = tx_exponential(x, &r.k);
    inverse = 1.0 / r.up.hi;
    /* far below an ulp where the power is not the right one */
    r.down = (inverse - inverse * inverse * r.up.lo) * tx_power_of_two(r.k < 500.0 ? -2.0 * r.k : -1000.0);
    return r;
}

/* e^x + e^-x for sign 1, e^x - e^-x for sign -1; times 2^-k. */
TX_FUNCTION TxSum tx_hyperbolic_sum(TxHyperbolic h, double sign) {
    const TxSum sum = tx_fast_two_sum(h.up.hi, sign * h.down);
    return tx_fast_two_sum(sum.hi, sum.lo + h.up.lo);
}
