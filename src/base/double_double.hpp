// Double-double arithmetic, and exp and log in it: about 100 correct bits, so that what is rounded from them
// is the same on every machine. Dekker (1971), Knuth TAOCP vol. 2.
#pragma once

#include <array>
#include <cmath>

namespace threadx {

// An unevaluated sum hi + lo with |lo| ≤ ulp(hi)/2.
struct DoubleDouble {
    double hi = 0.0;
    double lo = 0.0;
};

constexpr DoubleDouble fast_two_sum(double a, double b) {
    const double s = a + b;
    return {s, b - (s - a)};
}

constexpr DoubleDouble two_sum(double a, double b) {
    const double s = a + b;
    const double t = s - a;
    return {s, (a - (s - t)) + (b - t)};
}

constexpr DoubleDouble two_product(double a, double b) {
    const auto split = [](double x) {
        const double t = 134217729.0 * x; // 2^27 + 1
        const double hi = t - (t - x);
        return DoubleDouble{hi, x - hi};
    };
    const double p = a * b;
    const DoubleDouble x = split(a);
    const DoubleDouble y = split(b);
    return {p, ((x.hi * y.hi - p) + x.hi * y.lo + x.lo * y.hi) + x.lo * y.lo};
}

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    DoubleDouble s = two_sum(a.hi, b.hi);
    const DoubleDouble t = two_sum(a.lo, b.lo);
    s = fast_two_sum(s.hi, s.lo + t.hi);
    return fast_two_sum(s.hi, s.lo + t.lo);
}

constexpr DoubleDouble operator-(DoubleDouble a) { return {-a.hi, -a.lo}; }

constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble p = two_product(a.hi, b.hi);
    return fast_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

constexpr DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double q1 = a.hi / b.hi;
    const DoubleDouble r = a + -(b * DoubleDouble{q1, 0.0});
    const double q2 = r.hi / b.hi;
    const DoubleDouble r2 = r + -(b * DoubleDouble{q2, 0.0});
    const DoubleDouble q = fast_two_sum(q1, q2);
    return q + DoubleDouble{r2.hi / b.hi, 0.0};
}

constexpr DoubleDouble ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

// exp(x)/2^exponent for |x| ≤ 746: x = exponent·ln2 + r, exp(r) = (exp(r/256))^256 by a Taylor series.
inline DoubleDouble exp_double_double(DoubleDouble x, int& exponent) {
    const double k = std::floor(x.hi / ln2.hi + 0.5);
    exponent = static_cast<int>(k);
    DoubleDouble r = x + -(ln2 * DoubleDouble{k, 0.0});
    r = {r.hi * 0x1p-8, r.lo * 0x1p-8};
    // exp(r) - 1 = r (1 + r/2 (1 + r/3 (...))), |r| < 0.0014: eleven terms leave less than 1e-38.
    DoubleDouble series = {1.0, 0.0};
    for (int n = 11; n >= 2; --n) series = DoubleDouble{1.0, 0.0} + r * series / DoubleDouble{double(n), 0.0};
    DoubleDouble minus_one = r * series;
    // (1 + m)^2 - 1 = m (2 + m): squaring without losing the digits of m.
    for (int i = 0; i < 8; ++i) minus_one = minus_one * (DoubleDouble{2.0, 0.0} + minus_one);
    return DoubleDouble{1.0, 0.0} + minus_one;
}

// 1/1, 1/3, … 1/43.
constexpr std::array<DoubleDouble, 22> odd_reciprocals = [] {
    std::array<DoubleDouble, 22> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = DoubleDouble{1.0, 0.0} / DoubleDouble{static_cast<double>(2 * i + 1), 0.0};
    return table;
}();

// m of x = m·2^e with m in [√½, √2), for finite x > 0.
inline double reduced(double x, int& e) {
    double m = std::frexp(x, &e);
    if (m < 0.70710678118654752) {
        m *= 2.0;
        --e;
    }
    return m;
}

// ln(x) for finite x > 0: ln m = 2 artanh((m-1)/(m+1)).
inline DoubleDouble log_double_double(double x) {
    int e = 0;
    const double m = reduced(x, e);
    const DoubleDouble s = two_sum(m, -1.0) / two_sum(m, 1.0); // |s| ≤ 0.1716
    const DoubleDouble s2 = s * s;
    DoubleDouble series = {0.0, 0.0};
    for (std::size_t i = odd_reciprocals.size(); i-- > 0;) series = series * s2 + odd_reciprocals[i];
    const DoubleDouble twice = s * series;
    return ln2 * DoubleDouble{static_cast<double>(e), 0.0} + DoubleDouble{2.0 * twice.hi, 2.0 * twice.lo};
}

} // namespace threadx
