#include "report/scenario_survey.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "report/metric_index.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t most_samples = 40'000;
constexpr std::size_t histogram_bins = 48;

// SplitMix64's output function: ids that lie together are drawn independently, so that a sample of a grid has
// no stripes.
std::uint64_t mixed(std::uint64_t id) {
    std::uint64_t z = id + 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
    return z ^ (z >> 31U);
}

// Of sorted values: the one below which a fraction q of them lies.
double quantile(const std::vector<float>& sorted, double q) {
    const auto at = static_cast<std::size_t>(std::lround(q * static_cast<double>(sorted.size() - 1)));
    return sorted[at];
}

// Between the first and the 99th percentile; what lies outside is counted in the outer bins.
nlohmann::ordered_json spread_json(std::vector<float> values) {
    nlohmann::ordered_json out;
    out["defined"] = values.size();
    if (values.empty()) return out;
    std::sort(values.begin(), values.end());
    for (const double q : {0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0})
        out["quantiles"].push_back(quantile(values, q));
    const double low = quantile(values, 0.01);
    const double high = quantile(values, 0.99);
    out["low"] = low;
    out["high"] = high;
    std::vector<std::uint32_t> counts(high > low ? histogram_bins : 1);
    for (const double value : values) {
        const double place = high > low ? (value - low) / (high - low) * histogram_bins : 0.0;
        ++counts[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(counts.size()) - 1.0))];
    }
    out["counts"] = counts;
    return out;
}

} // namespace

ScenarioSurvey::ScenarioSurvey(std::span<const Metric> metrics, std::uint64_t rows,
                               const std::vector<HeatAxis>& axes, std::optional<Row> best, std::size_t metric)
    : metrics_(metrics), axes_(axes), best_(std::move(best)), metric_(metric),
      total_return_(metric_place("total_return")),
      threshold_(rows <= most_samples ? all_ids : all_ids / rows * most_samples), samples_(metrics.size()) {}

bool ScenarioSurvey::is_neighbour(std::span<const double> values) const {
    std::size_t steps = 0;
    for (const HeatAxis& axis : axes_) {
        const std::size_t here = axis.cell(values[axis.parameter]);
        const std::size_t there = axis.cell(best_->values[axis.parameter]);
        steps += here > there ? here - there : there - here;
    }
    return steps == 1;
}

void ScenarioSurvey::add(std::uint64_t scenario, RowStatus status, std::span<const double> values) {
    if (status == RowStatus::invalid) {
        ++invalid_;
        return;
    }
    ++(status == RowStatus::ok ? ok_ : ruined_);
    const std::span<const double> metrics = values.last(metrics_.size());
    if (metrics[total_return_] > 0.0) ++gaining_;
    if (best_ && !std::isnan(metrics[metric_]) && is_neighbour(values)) {
        ++neighbours_;
        neighbour_sum_ += metrics[metric_];
    }
    if (mixed(scenario) > threshold_) return;
    for (std::size_t m = 0; m < metrics.size(); ++m)
        if (!std::isnan(metrics[m])) samples_[m].push_back(static_cast<float>(metrics[m]));
}

double ScenarioSurvey::neighbour_mean() const {
    return neighbours_ > 0 ? neighbour_sum_ / static_cast<double>(neighbours_)
                           : std::numeric_limits<double>::quiet_NaN();
}

double ScenarioSurvey::median(std::size_t metric) const {
    std::vector<float> values = samples_[metric];
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    std::sort(values.begin(), values.end());
    return quantile(values, 0.5);
}

std::string ScenarioSurvey::json() const {
    nlohmann::ordered_json out;
    out["sampled"] = sampled();
    out["spreads"] = nlohmann::ordered_json::array();
    for (const std::vector<float>& values : samples_) out["spreads"].push_back(spread_json(values));
    return out.dump();
}

} // namespace threadx
