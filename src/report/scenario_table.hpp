// The rows that a page holds: the best by the metric that ranks, and the first ones by every other metric.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/metrics.hpp"
#include "store/run_store.hpp"

namespace threadx {

constexpr std::size_t most_table_rows = 10'000;
constexpr std::size_t best_of_each_metric = 100;

// The best scenarios by each metric, found in one pass over the rows: asking the store for each would be a
// pass over all rows every time.
class BestOfEach {
  public:
    BestOfEach(std::span<const Metric> metrics, std::size_t most);

    // The next row, by ascending id; `values` are its parameters and then its metrics.
    void add(std::uint64_t scenario, std::span<const double> values);

    // Ascending, without repetitions. Equal values: the smaller ids.
    std::vector<std::uint64_t> scenarios() const;

  private:
    struct Place {
        double score; // larger is better
        std::uint64_t scenario;
    };
    struct WorstFirst {
        bool operator()(const Place& a, const Place& b) const {
            return a.score != b.score ? a.score > b.score : a.scenario < b.scenario;
        }
    };
    using Best = std::vector<Place>; // a heap, the worst at its front

    std::span<const Metric> metrics_;
    std::size_t most_;
    std::vector<Best> best_; // of each metric
};

// Adds the rows of those scenarios that are not among `rows` yet.
void add_rows(const RunStore& store, const std::vector<std::uint64_t>& scenarios, std::vector<Row>& rows);

// For the page.
std::string table_json(const RowSchema& schema, const std::vector<Row>& rows, std::uint64_t rows_of_run);

} // namespace threadx
