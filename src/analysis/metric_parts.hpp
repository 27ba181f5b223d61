// What metrics are put together from, whatever the convention. SEMANTICS section 7.
#pragma once

#include <cmath>
#include <limits>

#include "analysis/metrics.hpp"
#include "base/deterministic_math.hpp"

namespace threadx::metric_parts {

using S = const Statistics&;
using C = const MetricContext&;

inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

inline double ratio(double a, double b) { return b == 0.0 ? undefined : a / b; }

inline double positive_root(double x) { return x > 0.0 ? std::sqrt(x) : 0.0; }

inline double returns(C c) { return static_cast<double>(c.bars) - 1.0; }
inline double bars_per_year(C c) { return returns(c) / c.years; }
inline double mean_return(S s, C c) { return s.return_sum / returns(c); }

// Standard deviation from Σx and Σx² of n values, with n-1 in the divisor.
inline double sample_deviation(double sum, double squares, double n) {
    return n > 1.0 ? positive_root((squares - sum * (sum / n)) / (n - 1.0)) : undefined;
}

inline double return_deviation(S s, C c) {
    return sample_deviation(s.return_sum, s.return_squares, returns(c));
}

inline double cagr(S s, C c) {
    return s.final_equity >= 0.0 && c.years > 0.0
               ? deterministic_pow(s.final_equity / c.capital, 1.0 / c.years) - 1.0
               : undefined;
}

// Population moments about the mean, from the sums of powers.
inline double second_moment(S s, C c) {
    const double m = mean_return(s, c);
    return s.return_squares / returns(c) - m * m;
}

inline double skew(S s, C c) {
    const double n = returns(c);
    const double m = mean_return(s, c);
    const double m2 = second_moment(s, c);
    const double m3 = s.return_cubes / n - 3.0 * m * (s.return_squares / n) + 2.0 * m * m * m;
    return m2 > 0.0 ? m3 / (m2 * std::sqrt(m2)) : undefined;
}

inline double kurtosis(S s, C c) {
    const double n = returns(c);
    const double m = mean_return(s, c);
    const double m2 = second_moment(s, c);
    const double m4 = s.return_fourths / n - 4.0 * m * (s.return_cubes / n) +
                      6.0 * m * m * (s.return_squares / n) - 3.0 * m * m * m * m;
    return m2 > 0.0 ? m4 / (m2 * m2) : undefined;
}

} // namespace threadx::metric_parts
