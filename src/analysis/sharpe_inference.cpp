#include "analysis/sharpe_inference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/normal_distribution.hpp"

namespace threadx {
namespace {

constexpr double euler_mascheroni = 0.57721566490153286061;
constexpr double reciprocal_e = 0.36787944117144232160;

// The variance of the estimate, times the number of returns less one (Mertens, 2002).
double scaled_variance(const SharpeEstimate& e) {
    return 1.0 - e.skew * e.sharpe + (e.kurtosis - 1.0) / 4.0 * (e.sharpe * e.sharpe);
}

// The expected maximum of `trials` independent standard normal variables, by the Gumbel limit. That of a
// single one is nothing, which the limit does not know: of few more than one (an effective number may be 1.1)
// it is far below.
double expected_maximum_normal(double trials) {
    if (!(trials > 1.0)) return 0.0;
    return std::max(0.0, (1.0 - euler_mascheroni) * normal_quantile(1.0 - 1.0 / trials) +
                             euler_mascheroni * normal_quantile(1.0 - reciprocal_e / trials));
}

} // namespace

double probabilistic_sharpe(const SharpeEstimate& estimate, double benchmark) {
    const double variance = scaled_variance(estimate);
    if (!(variance > 0.0) || !(estimate.returns > 1.0)) return std::numeric_limits<double>::quiet_NaN();
    return normal_cdf((estimate.sharpe - benchmark) * std::sqrt(estimate.returns - 1.0) /
                      std::sqrt(variance));
}

double minimum_track_record_length(const SharpeEstimate& estimate, double benchmark, double confidence) {
    if (!(estimate.sharpe > benchmark)) return std::numeric_limits<double>::infinity();
    const double distance = normal_quantile(confidence) / (estimate.sharpe - benchmark);
    return 1.0 + scaled_variance(estimate) * (distance * distance);
}

double expected_maximum_sharpe(double trials, double variance) {
    return std::sqrt(variance) * expected_maximum_normal(trials);
}

double deflated_sharpe(const SharpeEstimate& best, double trials, double variance) {
    return probabilistic_sharpe(best, expected_maximum_sharpe(trials, variance));
}

double minimum_backtest_years(double trials, double annual_sharpe) {
    const double ratio = expected_maximum_normal(trials) / annual_sharpe;
    return ratio * ratio;
}

} // namespace threadx
