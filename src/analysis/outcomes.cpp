#include "analysis/outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace threadx {
namespace {

// `worse_above`: large values are the bad ones.
Distribution distribution(std::vector<double> values, std::span<const double> levels, bool worse_above) {
    std::erase_if(values, [](double value) { return std::isnan(value); });
    std::sort(values.begin(), values.end());
    Distribution out;
    double total = 0.0;
    for (const double value : values) total += value;
    out.mean = values.empty() ? std::numeric_limits<double>::quiet_NaN()
                              : total / static_cast<double>(values.size());
    for (const double probability : summary_quantiles())
        out.quantiles.push_back(quantile(values, probability));
    for (const double level : levels)
        out.at_levels.push_back(quantile(values, worse_above ? level : 1.0 - level));
    return out;
}

template <class Member>
std::vector<double> values_of(std::span<const Outcome> outcomes, Member member) {
    std::vector<double> values;
    values.reserve(outcomes.size());
    for (const Outcome& outcome : outcomes) values.push_back(outcome.*member);
    return values;
}

} // namespace

const std::vector<double>& summary_quantiles() {
    static const std::vector<double> probabilities = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
    return probabilities;
}

double quantile(std::span<const double> sorted, double probability) {
    if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
    const double place = probability * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    if (below + 1 >= sorted.size()) return sorted.back();
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

OutcomeSummary summarise(std::span<const Outcome> outcomes, std::span<const double> levels,
                         double ruinous_drawdown) {
    OutcomeSummary out;
    out.simulations = outcomes.size();
    std::size_t ruined = 0;
    std::size_t losing = 0;
    for (const Outcome& outcome : outcomes) {
        ruined += outcome.ruined || outcome.max_drawdown >= ruinous_drawdown ? 1 : 0;
        losing += outcome.total_return < 0.0 ? 1 : 0;
    }
    const double all = std::max<double>(1.0, static_cast<double>(outcomes.size()));
    out.ruin_probability = static_cast<double>(ruined) / all;
    out.loss_probability = static_cast<double>(losing) / all;
    out.total_return = distribution(values_of(outcomes, &Outcome::total_return), levels, false);
    out.max_drawdown = distribution(values_of(outcomes, &Outcome::max_drawdown), levels, true);
    out.sharpe = distribution(values_of(outcomes, &Outcome::sharpe), levels, false);
    return out;
}

} // namespace threadx
