#include "report/heat_maps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "report/packed_numbers.hpp"

namespace threadx {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

} // namespace

HeatMaps::HeatMaps(std::vector<HeatAxis> axes, std::span<const Metric> metrics,
                   const std::vector<std::string>& first_metrics)
    : axes_(std::move(axes)), metrics_(metrics), cells_(axes_.size()) {
    const auto add_pair = [&](std::size_t a, std::size_t b, std::size_t cells) {
        const std::size_t values = cells * metrics_.size();
        pairs_.push_back({a, b, cells, std::vector<double>(values, undefined), std::vector<double>(values),
                          std::vector<std::uint32_t>(values)});
    };
    if (axes_.size() == 1) add_pair(0, 1, axes_[0].size());
    for (std::size_t a = 0; a < axes_.size(); ++a)
        for (std::size_t b = a + 1; b < axes_.size(); ++b) add_pair(a, b, axes_[a].size() * axes_[b].size());
    if (!axes_.empty()) choose_cube(first_metrics);
}

void HeatMaps::choose_cube(const std::vector<std::string>& first_metrics) {
    std::size_t cells = 1;
    for (const HeatAxis& axis : axes_) {
        cells *= axis.size();
        if (cells > most_cube_values) return;
    }
    for (std::size_t m = 0; m < metrics_.size(); ++m) cube_metrics_.push_back(m);
    const auto place = [&](std::size_t metric) {
        return std::find(first_metrics.begin(), first_metrics.end(), metrics_[metric].name);
    };
    std::stable_sort(cube_metrics_.begin(), cube_metrics_.end(),
                     [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
    cube_metrics_.resize(std::min(cube_metrics_.size(), most_cube_values / cells));
    cube_cells_ = cells;
    cube_.assign(cells * cube_metrics_.size(), std::numeric_limits<float>::quiet_NaN());
}

double HeatMaps::better(std::size_t metric, double a, double b) const {
    if (std::isnan(a)) return b;
    if (std::isnan(b)) return a;
    return metrics_[metric].higher_is_better ? std::max(a, b) : std::min(a, b);
}

std::size_t HeatMaps::pair_cell(const Pair& pair) const {
    if (pair.b == axes_.size()) return cells_[pair.a];
    return cells_[pair.a] * axes_[pair.b].size() + cells_[pair.b];
}

void HeatMaps::add(RowStatus status, std::span<const double> values) {
    if (status == RowStatus::invalid) return;
    for (std::size_t a = 0; a < axes_.size(); ++a) cells_[a] = axes_[a].cell(values[axes_[a].parameter]);
    const std::span<const double> metrics = values.last(metrics_.size());
    for (Pair& pair : pairs_) {
        const std::size_t first = pair_cell(pair) * metrics.size();
        for (std::size_t m = 0; m < metrics.size(); ++m) {
            if (std::isnan(metrics[m])) continue;
            pair.best[first + m] = better(m, pair.best[first + m], metrics[m]);
            pair.sum[first + m] += metrics[m];
            ++pair.defined[first + m];
        }
    }
    if (cube_cells_ == 0) return;
    std::size_t cell = 0;
    for (std::size_t a = 0; a < axes_.size(); ++a) cell = cell * axes_[a].size() + cells_[a];
    for (std::size_t i = 0; i < cube_metrics_.size(); ++i) {
        float& value = cube_[i * cube_cells_ + cell];
        value = static_cast<float>(better(cube_metrics_[i], value, metrics[cube_metrics_[i]]));
    }
}

double HeatMaps::best(std::size_t pair, std::size_t metric, std::size_t cell) const {
    return pairs_[pair].best[cell * metrics_.size() + metric];
}

double HeatMaps::mean(std::size_t pair, std::size_t metric, std::size_t cell) const {
    const std::size_t at = cell * metrics_.size() + metric;
    const double count = pairs_[pair].defined[at];
    return count > 0.0 ? pairs_[pair].sum[at] / count : undefined;
}

// Metric after metric, each with its cells in order.
std::string HeatMaps::packed_pair(const Pair& pair, bool mean_of_cell) const {
    const auto index = static_cast<std::size_t>(&pair - pairs_.data());
    std::vector<float> values;
    for (std::size_t m = 0; m < metrics_.size(); ++m)
        for (std::size_t cell = 0; cell < pair.cells; ++cell)
            values.push_back(static_cast<float>(mean_of_cell ? mean(index, m, cell) : best(index, m, cell)));
    return packed(values);
}

std::string HeatMaps::json() const {
    nlohmann::ordered_json out;
    out["axes"] = nlohmann::ordered_json::array();
    for (const HeatAxis& axis : axes_)
        out["axes"].push_back({{"name", axis.name},
                               {"parameter", axis.parameter},
                               {"edges", axis.edges},
                               {"last", axis.last},
                               {"single_values", axis.single_values}});
    out["pairs"] = nlohmann::ordered_json::array();
    for (const Pair& pair : pairs_)
        out["pairs"].push_back({{"a", pair.a},
                                {"b", pair.b},
                                {"best", packed_pair(pair, false)},
                                {"mean", packed_pair(pair, true)}});
    out["cube"] = nullptr;
    if (cube_cells_ > 0) out["cube"] = {{"metrics", cube_metrics_}, {"best", packed(cube_)}};
    return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace threadx
