// What all scenarios of a run together say: how many gain, how the metrics are spread, what lies around the
// best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/metrics.hpp"
#include "report/heat_axes.hpp"
#include "store/run_store.hpp"

namespace threadx {

// Takes the rows of a run one after the other. Spreads come from all rows where there are at most some
// 40,000, and else from that many drawn by a hash of the id: the same ones each time.
class ScenarioSurvey {
  public:
    // `rows` expected; `best` and its neighbours are ranked by `metric` (an index).
    ScenarioSurvey(std::span<const Metric> metrics, std::uint64_t rows, const std::vector<HeatAxis>& axes,
                   std::optional<Row> best, std::size_t metric);

    void add(std::uint64_t scenario, RowStatus status, std::span<const double> values);

    std::uint64_t ok() const { return ok_; }
    std::uint64_t ruined() const { return ruined_; }
    std::uint64_t invalid() const { return invalid_; }
    std::uint64_t valid() const { return ok_ + ruined_; }
    std::uint64_t gaining() const { return gaining_; }       // total_return > 0
    std::uint64_t neighbours() const { return neighbours_; } // a cell away from the best, on one axis
    double neighbour_mean() const;                           // of the metric; NaN without neighbours
    double median(std::size_t metric) const;                 // NaN where nothing is defined
    bool sampled() const { return threshold_ != all_ids; }

    // For the page: of each metric its quantiles and a histogram.
    std::string json() const;

  private:
    static constexpr std::uint64_t all_ids = ~std::uint64_t{0};
    bool is_neighbour(std::span<const double> values) const;

    std::span<const Metric> metrics_;
    const std::vector<HeatAxis>& axes_;
    std::optional<Row> best_;
    std::size_t metric_;
    std::size_t total_return_;
    std::uint64_t threshold_;
    std::uint64_t ok_ = 0;
    std::uint64_t ruined_ = 0;
    std::uint64_t invalid_ = 0;
    std::uint64_t gaining_ = 0;
    std::uint64_t neighbours_ = 0;
    double neighbour_sum_ = 0.0;
    std::vector<std::vector<float>> samples_; // of each metric, the defined values
};

} // namespace threadx
