#include "base/deterministic_math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace threadx {
namespace {

// An unevaluated sum hi + lo with |lo| ≤ ulp(hi)/2. Dekker (1971), Knuth TAOCP vol. 2.
struct DoubleDouble {
    double hi = 0.0;
    double lo = 0.0;
};

DoubleDouble fast_two_sum(double a, double b) {
    const double s = a + b;
    return {s, b - (s - a)};
}

DoubleDouble two_sum(double a, double b) {
    const double s = a + b;
    const double t = s - a;
    return {s, (a - (s - t)) + (b - t)};
}

DoubleDouble two_product(double a, double b) {
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

DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    DoubleDouble s = two_sum(a.hi, b.hi);
    const DoubleDouble t = two_sum(a.lo, b.lo);
    s = fast_two_sum(s.hi, s.lo + t.hi);
    return fast_two_sum(s.hi, s.lo + t.lo);
}

DoubleDouble operator-(DoubleDouble a) { return {-a.hi, -a.lo}; }

DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble p = two_product(a.hi, b.hi);
    return fast_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double q1 = a.hi / b.hi;
    const DoubleDouble r = a + -(b * DoubleDouble{q1, 0.0});
    const double q2 = r.hi / b.hi;
    const DoubleDouble r2 = r + -(b * DoubleDouble{q2, 0.0});
    const DoubleDouble q = fast_two_sum(q1, q2);
    return q + DoubleDouble{r2.hi / b.hi, 0.0};
}

constexpr DoubleDouble ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

// exp(x) for |x| ≤ 709: x = k·ln2 + r, exp(r) = (exp(r/256))^256 by a Taylor series.
DoubleDouble exp_double_double(DoubleDouble x, int& exponent) {
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

// ln(x) for finite x > 0: x = m·2^e with m in [√½, √2), ln m = 2 artanh((m-1)/(m+1)).
DoubleDouble log_double_double(double x) {
    int e = 0;
    double m = std::frexp(x, &e);
    if (m < 0.70710678118654752) {
        m *= 2.0;
        --e;
    }
    const DoubleDouble s = two_sum(m, -1.0) / two_sum(m, 1.0); // |s| ≤ 0.1716
    const DoubleDouble s2 = s * s;
    DoubleDouble series = {0.0, 0.0};
    for (int n = 43; n >= 1; n -= 2)
        series = series * s2 + DoubleDouble{1.0, 0.0} / DoubleDouble{static_cast<double>(n), 0.0};
    const DoubleDouble twice = s * series;
    return ln2 * DoubleDouble{static_cast<double>(e), 0.0} + DoubleDouble{2.0 * twice.hi, 2.0 * twice.lo};
}

double exp_rounded(DoubleDouble x) {
    if (x.hi > 709.79) return std::numeric_limits<double>::infinity();
    if (x.hi < -745.2) return 0.0;
    int exponent = 0;
    const DoubleDouble value = exp_double_double(x, exponent);
    return std::ldexp(value.hi, exponent);
}

} // namespace

double deterministic_log(double x) {
    if (std::isnan(x) || x < 0.0) return std::numeric_limits<double>::quiet_NaN();
    if (x == 0.0) return -std::numeric_limits<double>::infinity();
    if (std::isinf(x)) return x;
    return log_double_double(x).hi;
}

double deterministic_exp(double x) {
    if (std::isnan(x)) return x;
    return exp_rounded({x, 0.0});
}

double deterministic_pow(double x, double y) {
    if (std::isnan(x) || std::isnan(y) || x < 0.0) return std::numeric_limits<double>::quiet_NaN();
    if (y == 0.0 || x == 1.0) return 1.0;
    if (x == 0.0) return y > 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
    if (std::isinf(x)) return y > 0.0 ? x : 0.0;
    const DoubleDouble log = log_double_double(x);
    const DoubleDouble exponent = log * DoubleDouble{y, 0.0};
    if (!(std::fabs(log.hi * y) < 1e300)) return (log.hi > 0.0) == (y > 0.0) ? HUGE_VAL : 0.0;
    return exp_rounded(exponent);
}

} // namespace threadx
