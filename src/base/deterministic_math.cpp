#include "base/deterministic_math.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/double_double.hpp"

// Each function is computed twice, as Ziv (1991) does: first to about 64 bits, which nearly always decides
// the rounding to 53, and only where it does not in full double-double arithmetic. So the answer is that of
// the latter, ten times faster.

namespace threadx {
namespace {

// What a first computation may be off by, as a part of its value: four times what its errors add up to.
constexpr double first_error = 0x1p-64;

// The value's rounding, if an error of `error` of it cannot change that.
std::optional<double> rounded(DoubleDouble value, double error) {
    const double margin = std::fabs(value.hi) * error;
    if (value.hi + (value.lo + margin) != value.hi + (value.lo - margin)) return std::nullopt;
    return value.hi + value.lo;
}

// Reduces the arguments of both functions: ln(i/64) from √½ to √2, and 2^(i/64).
constexpr int steps = 64;
constexpr int first_log = 45;

struct Tables {
    std::array<DoubleDouble, 47> logs;
    std::array<DoubleDouble, steps> powers;

    Tables() {
        for (std::size_t i = 0; i < logs.size(); ++i)
            logs[i] = log_double_double((first_log + static_cast<double>(i)) / steps);
        for (std::size_t i = 0; i < powers.size(); ++i) {
            int exponent = 0;
            const DoubleDouble power =
                exp_double_double(ln2 * DoubleDouble{static_cast<double>(i) / steps, 0.0}, exponent);
            powers[i] = {std::ldexp(power.hi, exponent), std::ldexp(power.lo, exponent)};
        }
    }
};

const Tables& tables() {
    static const Tables all;
    return all;
}

constexpr double nearest = 0.5; // what makes truncation find the nearest whole number

// ln(x) to 2^-66 of its value, for finite x > 0: x = m·2^e, m near c = i/64, ln(m/c) = 2 artanh s with
// s = (m-c)/(m+c), |s| < 0.0056.
DoubleDouble first_log_of(double x) {
    int e = 0;
    const double m = reduced(x, e);
    const int i = static_cast<int>(m * steps + nearest); // of two that are as near either will do
    const double c = static_cast<double>(i) / steps;
    const double difference = m - c; // exact
    const DoubleDouble sum = two_sum(m, c);
    const double s = difference / sum.hi;
    const DoubleDouble product = two_product(s, sum.hi);
    const double s_rest = ((difference - product.hi) - product.lo - s * sum.lo) / sum.hi;
    const double s2 = s * s;
    const double series = s2 * (1.0 / 3 + s2 * (1.0 / 5 + s2 * (1.0 / 7 + s2 * (1.0 / 9))));
    const DoubleDouble twice = fast_two_sum(2.0 * s, 2.0 * (s_rest + s * series));
    return ln2 * DoubleDouble{static_cast<double>(e), 0.0} +
           (tables().logs[static_cast<std::size_t>(i - first_log)] + twice);
}

constexpr double largest_first_power = 700.0; // exp of it, and of its negative, have all their bits

// exp(x) for |x| ≤ 700, if neither the error here nor one of 2^-66 of x changes its rounding:
// x = k·ln2/64 + r, |r| < 0.0055.
std::optional<double> first_exp_of(DoubleDouble x) {
    const double k = std::floor(x.hi * (steps / ln2.hi) + 0.5);
    const DoubleDouble r = x + -(ln2 * DoubleDouble{k / steps, 0.0});
    const double h = r.hi;
    const double series =
        h * h * (1.0 / 2 + h * (1.0 / 6 + h * (1.0 / 24 + h * (1.0 / 120 + h * (1.0 / 720 + h / 5040)))));
    const DoubleDouble minus_one = fast_two_sum(h, r.lo + series);
    const auto whole = static_cast<std::int64_t>(k);
    const DoubleDouble power = tables().powers[static_cast<std::size_t>(whole & (steps - 1))];
    const std::optional<double> value =
        rounded(power + power * minus_one, (1.0 + std::fabs(x.hi)) * first_error);
    if (!value) return std::nullopt;
    return std::ldexp(*value, static_cast<int>(whole >> 6));
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
    if (const std::optional<double> value = rounded(first_log_of(x), first_error)) return *value;
    return log_double_double(x).hi;
}

double deterministic_exp(double x) {
    if (std::isnan(x)) return x;
    if (std::fabs(x) <= largest_first_power)
        if (const std::optional<double> value = first_exp_of({x, 0.0})) return *value;
    return exp_rounded({x, 0.0});
}

double deterministic_pow(double x, double y) {
    if (std::isnan(x) || std::isnan(y) || x < 0.0) return std::numeric_limits<double>::quiet_NaN();
    if (y == 0.0 || x == 1.0) return 1.0;
    if (x == 0.0) return y > 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
    if (std::isinf(x)) return y > 0.0 ? x : 0.0;
    if (const DoubleDouble log = first_log_of(x); std::fabs(log.hi * y) <= largest_first_power)
        if (const std::optional<double> value = first_exp_of(log * DoubleDouble{y, 0.0})) return *value;
    const DoubleDouble log = log_double_double(x);
    const DoubleDouble exponent = log * DoubleDouble{y, 0.0};
    if (!(std::fabs(log.hi * y) < 1e300)) return (log.hi > 0.0) == (y > 0.0) ? HUGE_VAL : 0.0;
    return exp_rounded(exponent);
}

} // namespace threadx
