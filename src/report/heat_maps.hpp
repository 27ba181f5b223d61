// Every metric over every two swept parameters: what the heatmaps of a report show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/metrics.hpp"
#include "report/heat_axes.hpp"
#include "store/row.hpp"

namespace threadx {

// Takes rows one after the other and keeps, for each cell of each pair of axes and each metric, the best and
// the mean of the defined values of the scenarios in it. Beside that a cube: the best value in each cell of
// all axes together, for as many metrics as fit. Memory depends on the axes, not on the number of rows.
class HeatMaps {
  public:
    static constexpr std::size_t most_cube_values = 1'000'000;

    // `first_metrics`: names of those that the cube is to have rather than others.
    HeatMaps(std::vector<HeatAxis> axes, std::span<const Metric> metrics,
             const std::vector<std::string>& first_metrics);

    // The next row; `values` are its parameters and then its metrics. Invalid scenarios have no metrics, and
    // count nowhere.
    void add(RowStatus status, std::span<const double> values);

    const std::vector<HeatAxis>& axes() const { return axes_; }
    std::size_t pairs() const { return pairs_.size(); }

    // NaN where no scenario of the cell has the metric.
    double best(std::size_t pair, std::size_t metric, std::size_t cell) const;
    double mean(std::size_t pair, std::size_t metric, std::size_t cell) const;

    // For the page: axes, pairs {a, b, best, mean} with arrays by metric and then cell (a, then b), and the
    // cube.
    std::string json() const;

  private:
    struct Pair {
        std::size_t a;
        std::size_t b; // axes().size() where there is only one axis
        std::size_t cells;
        std::vector<double> best;           // cell × metric
        std::vector<double> sum;            // of the defined values
        std::vector<std::uint32_t> defined; // how many
    };
    void choose_cube(const std::vector<std::string>& first_metrics);
    double better(std::size_t metric, double a, double b) const; // NaN is worse than anything
    std::size_t pair_cell(const Pair& pair) const;               // of the row whose cells are in cells_
    std::string packed_pair(const Pair& pair, bool mean) const;

    std::vector<HeatAxis> axes_;
    std::span<const Metric> metrics_;
    std::vector<Pair> pairs_;
    std::size_t cube_cells_ = 0;            // 0: no cube
    std::vector<std::size_t> cube_metrics_; // of metrics_
    std::vector<float> cube_;               // metric × cell; the last axis varies fastest
    std::vector<std::size_t> cells_;        // scratch: of a row, by axis
};

} // namespace threadx
