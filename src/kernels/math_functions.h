/* Elementary functions, to about an ulp and with the same bits on every device: what is large in a result is
 * summed in double-double, and a series in the argument's remainder adds the rest. The coefficients are those
 * of the Taylor series. Muller (2016), Elementary Functions: Algorithms and Implementation.
 *
 * Kernel text like column_kernels.h, read after it and double_double.h. NaN gives NaN. */

TX_FUNCTION TxSum tx_exactly(double x) {
    TxSum r;
    r.hi = x;
    r.lo = 0.0;
    return r;
}

TX_FUNCTION TxSum tx_sum_negate(TxSum a) {
    a.hi = -a.hi;
    a.lo = -a.lo;
    return a;
}

/* The largest whole number that is not above x. */
TX_FUNCTION double tx_whole_below(double x) {
    const double size = TX_ABS(x);
    double whole;
    if (!(size < 4503599627370496.0)) return x; /* 2^52: it is whole, or NaN */
    whole = (size + 4503599627370496.0) - 4503599627370496.0;
    if (x < 0.0) return -whole > x ? -whole - 1.0 : -whole;
    return whole > x ? whole - 1.0 : whole;
}

TX_FUNCTION double tx_power_of_two(int k) {
    double base = k < 0 ? 0.5 : 2.0;
    double power = 1.0;
    int left = k < 0 ? -k : k;
    for (; left > 0; left /= 2) {
        if (left % 2 == 1) power *= base;
        base *= base;
    }
    return power;
}

/* x·2^k, also where 2^k is no number. */
TX_FUNCTION double tx_scaled(double x, int k) {
    return x * tx_power_of_two(k / 2) * tx_power_of_two(k - k / 2);
}

/* e^x = 2^k times the sum, for |x| < 800. */
TX_FUNCTION TxSum tx_exponential(double x, int* k) {
    const double whole = tx_whole_below(x * 1.4426950408889634 + 0.5);
    const TxSum p = tx_two_product(whole, 0.6931471805599453); /* ln 2 */
    const TxSum d = tx_two_sum(x, -p.hi);
    const TxSum r = tx_fast_two_sum(d.hi, d.lo - p.lo - whole * 2.3190468138462996e-17);
    TxSum e;
    double q = 1.0 / 87178291200.0;
    double divisor = 6227020800.0; /* 13! */
    int n;
    for (n = 13; n >= 2; --n) {
        q = q * r.hi + 1.0 / divisor;
        divisor /= (double)n;
    }
    e = tx_two_sum(1.0, r.hi);
    *k = (int)whole;
    return tx_fast_two_sum(e.hi, e.lo + (r.lo + r.hi * r.lo + r.hi * r.hi * q));
}

TX_FUNCTION double tx_exponential_value(double x) {
    int k;
    TxSum e;
    if (x != x) return x;
    if (x > 720.0) x = 720.0; /* infinite */
    if (x < -760.0) return 0.0;
    e = tx_exponential(x, &k);
    return tx_scaled(e.hi, k);
}

/* Of a number above 0. */
TX_FUNCTION TxSum tx_logarithm(double x) {
    const double powers[10] = {1.3407807929942597e154,
                               1.157920892373162e77,
                               3.402823669209385e38,
                               18446744073709551616.0,
                               4294967296.0,
                               65536.0,
                               256.0,
                               16.0,
                               4.0,
                               2.0};
    TxSum s, sum, p;
    double k = 0.0;
    double step = 512.0;
    double square;
    double q = 0.0;
    int i;
    for (i = 0; i < 10; ++i) {
        const double power = powers[i];
        while (x >= power) {
            x /= power;
            k += step;
        }
        while (x < 1.0 / power) {
            x *= power;
            k -= step;
        }
        step *= 0.5;
    }
    if (x > 1.4142135623730951) {
        x *= 0.5;
        k += 1.0;
    } else if (x < 0.7071067811865476) {
        x *= 2.0;
        k -= 1.0;
    }
    s = tx_sum_divide(tx_exactly(x - 1.0), tx_two_sum(x, 1.0));
    square = s.hi * s.hi;
    for (i = 23; i >= 3; i -= 2) q = q * square + 2.0 / (double)i;
    p = tx_two_product(k, 0.6931471805599453);
    s.hi *= 2.0;
    s.lo *= 2.0;
    sum = tx_sum_add_sum(p, s);
    return tx_fast_two_sum(sum.hi, sum.lo + (k * 2.3190468138462996e-17 + 0.5 * s.hi * square * q));
}

/* The remainder of x by π/2, at most π/4 in size, and which quarter of the circle x is in; for |x| < 1e15. */
TX_FUNCTION TxSum tx_quarter_turns(double x, int* quarter) {
    const double k = tx_whole_below(x * 0.6366197723675814 + 0.5);
    const TxSum p = tx_two_product(k, 1.5707963267948966); /* π/2 in three parts */
    const TxSum s = tx_two_product(k, 6.123233995736766e-17);
    TxSum r = tx_two_sum(x, -p.hi);
    r = tx_sum_add(r, -p.lo);
    r = tx_sum_add(r, -s.hi);
    r = tx_sum_add(r, k * 1.4973849048591698e-33 - s.lo);
    *quarter = (int)(k - 4.0 * tx_whole_below(k * 0.25));
    return r;
}

/* Both for |r| of at most about π/4. */
TX_FUNCTION TxSum tx_small_sine(TxSum r) {
    const double square = r.hi * r.hi;
    double q = 0.0;
    int i;
    for (i = 19; i >= 3; i -= 2) q = (1.0 - q) * square / (double)(i * (i - 1));
    return tx_fast_two_sum(r.hi, r.lo * (1.0 - 0.5 * square) - r.hi * q);
}

TX_FUNCTION TxSum tx_small_cosine(TxSum r) {
    const TxSum square = tx_two_product(r.hi, r.hi);
    const double halved = 0.5 * square.hi;
    const double start = 1.0 - halved;
    double q = 0.0;
    int i;
    for (i = 20; i >= 4; i -= 2) q = (1.0 - q) * square.hi / (double)(i * (i - 1));
    return tx_fast_two_sum(start, ((1.0 - start) - halved) + (halved * q - 0.5 * square.lo - r.hi * r.lo));
}

TX_FUNCTION TxSum tx_sine(double x) {
    int quarter;
    const TxSum r = tx_quarter_turns(x, &quarter);
    const TxSum s = quarter % 2 == 0 ? tx_small_sine(r) : tx_small_cosine(r);
    return quarter >= 2 ? tx_sum_negate(s) : s;
}

TX_FUNCTION TxSum tx_cosine(double x) {
    int quarter;
    const TxSum r = tx_quarter_turns(x, &quarter);
    const TxSum c = quarter % 2 == 0 ? tx_small_cosine(r) : tx_small_sine(r);
    return quarter == 1 || quarter == 2 ? tx_sum_negate(c) : c;
}

/* The angle whose tangent is y/x, for 0 <= y and 0 < x, or 0 < y: from that of c/4 nearest to the smaller
 * ratio. */
TX_FUNCTION TxSum tx_angle_of(TxSum y, TxSum x) {
    const double known[5] = {0.0, 0.24497866312686414, 0.4636476090008061, 0.6435011087932844,
                             0.7853981633974483};
    const double rest[5] = {0.0, 1.0698755618734451e-17, 2.2698777452961687e-17, 1.5834785051444286e-17,
                            3.061616997868383e-17};
    const int steep = y.hi > x.hi;
    const TxSum a = steep ? x : y;
    const TxSum b = steep ? y : x;
    const int c = (int)(4.0 * (a.hi / b.hi) + 0.5);
    const double part = 0.25 * (double)c;
    const TxSum up = tx_sum_subtract(a, tx_sum_scale(b, part));
    const TxSum t = tx_sum_divide(up, tx_sum_add_sum(b, tx_sum_scale(a, part)));
    const double square = t.hi * t.hi;
    TxSum angle;
    double q = 0.0;
    int i;
    for (i = 21; i >= 3; i -= 2) q = (1.0 / (double)i - q) * square;
    angle.hi = known[c];
    angle.lo = rest[c];
    angle = tx_sum_add_sum(angle, t);
    angle = tx_fast_two_sum(angle.hi, angle.lo - t.hi * q);
    if (steep) {
        TxSum quarter;
        quarter.hi = 1.5707963267948966;
        quarter.lo = 6.123233995736766e-17;
        angle = tx_sum_subtract(quarter, angle);
    }
    return angle;
}

TX_FUNCTION double tx_arctangent(double x) {
    const double size = TX_ABS(x);
    double angle;
    if (x != x) return x;
    if (size > 1e300) return x < 0.0 ? -1.5707963267948966 : 1.5707963267948966;
    angle = tx_angle_of(tx_exactly(size), tx_exactly(1.0)).hi;
    return x < 0.0 ? -angle : angle;
}

/* sqrt(1 - x²), for |x| <= 1. */
TX_FUNCTION TxSum tx_other_leg(double x) {
    const TxSum square = tx_two_product(x, x);
    TxSum v = tx_two_sum(1.0, -square.hi);
    double root;
    TxSum p;
    v = tx_sum_add(v, -square.lo);
    if (!(v.hi > 0.0)) return tx_exactly(0.0);
    root = TX_SQRT(v.hi);
    p = tx_two_product(root, root);
    return tx_fast_two_sum(root, ((v.hi - p.hi) + (v.lo - p.lo)) / (2.0 * root));
}

/* The hyperbolic sine of |x| < 1. */
TX_FUNCTION TxSum tx_small_hyperbolic_sine(double x) {
    const double square = x * x;
    double q = 0.0;
    int i;
    for (i = 21; i >= 3; i -= 2) q = (1.0 + q) * square / (double)(i * (i - 1));
    return tx_fast_two_sum(x, x * q);
}

/* (e^x ± e^-x)/2 = 2^k times the sum, for 0 <= x < 800. */
TX_FUNCTION TxSum tx_hyperbolic(double x, double sign, int* k) {
    const TxSum up = tx_exponential(x, k);
    const TxSum down =
        tx_sum_scale(tx_sum_divide(tx_exactly(sign), up), tx_power_of_two(*k < 500 ? -2 * *k : -1000));
    *k -= 1;
    return tx_sum_add_sum(up, down);
}
