#include "report/scenario_table.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "report/packed_numbers.hpp"

namespace threadx {

BestOfEach::BestOfEach(std::span<const Metric> metrics, std::size_t most)
    : metrics_(metrics), most_(most), best_(metrics.size()) {}

void BestOfEach::add(std::uint64_t scenario, std::span<const double> values) {
    const std::span<const double> own = values.last(metrics_.size());
    for (std::size_t m = 0; m < own.size(); ++m) {
        if (std::isnan(own[m])) continue;
        const double score = metrics_[m].higher_is_better ? own[m] : -own[m];
        Best& best = best_[m];
        if (best.size() == most_) {
            if (score <= best.front().score) continue; // a tie goes to the smaller id, which came before
            std::pop_heap(best.begin(), best.end(), WorstFirst());
            best.pop_back();
        }
        best.push_back({score, scenario});
        std::push_heap(best.begin(), best.end(), WorstFirst());
    }
}

std::vector<std::uint64_t> BestOfEach::scenarios() const {
    std::set<std::uint64_t> all;
    for (const Best& best : best_)
        for (const Place& place : best) all.insert(place.scenario);
    return {all.begin(), all.end()};
}

void add_rows(const RunStore& store, const std::vector<std::uint64_t>& scenarios, std::vector<Row>& rows) {
    std::unordered_set<std::uint64_t> seen;
    for (const Row& row : rows) seen.insert(row.scenario);
    for (const std::uint64_t scenario : scenarios) {
        if (seen.contains(scenario)) continue;
        if (std::optional<Row> row = store.row(scenario)) rows.push_back(std::move(*row));
    }
}

std::string table_json(const RowSchema& schema, const std::vector<Row>& rows, std::uint64_t rows_of_run) {
    std::vector<double> scenarios, parameters;
    std::vector<float> metrics;
    std::vector<std::uint8_t> statuses;
    for (const Row& row : rows) {
        scenarios.push_back(static_cast<double>(row.scenario));
        statuses.push_back(static_cast<std::uint8_t>(row.status));
        const auto middle = row.values.begin() + static_cast<std::ptrdiff_t>(schema.parameters.size());
        parameters.insert(parameters.end(), row.values.begin(), middle);
        metrics.insert(metrics.end(), middle, row.values.end());
    }
    const nlohmann::ordered_json out = {{"rows_of_run", rows_of_run},
                                        {"count", rows.size()},
                                        {"best_of_each_metric", best_of_each_metric},
                                        {"scenario", packed(scenarios)},
                                        {"status", packed(statuses)},
                                        {"parameters", packed(parameters)},
                                        {"metrics", packed(metrics)}};
    return out.dump();
}

} // namespace threadx
