#include "report/heat_axes.hpp"

#include <algorithm>
#include <cmath>

namespace threadx {
namespace {

constexpr std::size_t most_axes = 24;
constexpr std::uint64_t most_listed_levels = 100'000;
constexpr std::size_t axis_sizes[] = {128, 100, 80, 64, 50, 40, 32, 24, 16, 12, 8, 6, 4};

// The least value of each of `cells` parts of the dimension.
std::vector<double> part_edges(const Dimension& dimension, std::size_t cells) {
    std::vector<double> edges;
    if (dimension.finite() && dimension.level_count() <= most_listed_levels) {
        std::vector<double> levels; // a list of values may have any order
        for (std::uint64_t k = 0; k < dimension.level_count(); ++k) levels.push_back(dimension.level(k));
        std::sort(levels.begin(), levels.end());
        for (std::size_t k = 0; k < cells; ++k) edges.push_back(levels[k * levels.size() / cells]);
        return edges;
    }
    for (std::size_t k = 0; k < cells; ++k)
        edges.push_back(dimension.at(static_cast<double>(k) / static_cast<double>(cells)));
    return edges;
}

double last_value(const Dimension& dimension) {
    if (!dimension.finite()) return dimension.at(std::nextafter(1.0, 0.0));
    if (dimension.level_count() > most_listed_levels) return dimension.level(dimension.level_count() - 1);
    double last = dimension.level(0);
    for (std::uint64_t k = 1; k < dimension.level_count(); ++k) last = std::max(last, dimension.level(k));
    return last;
}

HeatAxis make_axis(const Dimension& dimension, std::size_t parameter, std::size_t most_cells) {
    const bool listed = dimension.finite() && dimension.level_count() <= most_cells;
    const std::size_t cells = listed ? static_cast<std::size_t>(dimension.level_count()) : most_cells;
    return {dimension.name(), parameter, part_edges(dimension, cells), last_value(dimension), listed};
}

} // namespace

std::size_t HeatAxis::cell(double value) const {
    const auto above = std::upper_bound(edges.begin(), edges.end(), value);
    return above == edges.begin() ? 0 : static_cast<std::size_t>(above - edges.begin()) - 1;
}

std::size_t pair_cells(const std::vector<HeatAxis>& axes) {
    if (axes.size() == 1) return axes[0].size();
    std::size_t cells = 0;
    for (std::size_t a = 0; a < axes.size(); ++a)
        for (std::size_t b = a + 1; b < axes.size(); ++b) cells += axes[a].size() * axes[b].size();
    return cells;
}

std::vector<HeatAxis> heat_axes(const Space& space, const std::vector<std::string>& parameters,
                                std::size_t most_pair_cells) {
    std::vector<HeatAxis> axes;
    for (const std::size_t most_cells : axis_sizes) {
        axes.clear();
        for (const Dimension& dimension : space.dimensions()) {
            if ((dimension.finite() && dimension.level_count() < 2) || axes.size() == most_axes) continue;
            const auto at = std::find(parameters.begin(), parameters.end(), dimension.name());
            axes.push_back(
                make_axis(dimension, static_cast<std::size_t>(at - parameters.begin()), most_cells));
        }
        if (pair_cells(axes) <= most_pair_cells) break;
    }
    return axes;
}

} // namespace threadx
