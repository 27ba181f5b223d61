// The metrics of a backtest, from its sufficient statistics. SEMANTICS section 7.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/statistics.hpp"

namespace threadx {

// What is the same for all scenarios of a run.
struct MetricContext {
    std::size_t bars = 0;
    double years = 0.0; // from the first bar to the last
    double capital = 0.0;
};

struct Metric {
    std::string name;
    std::string help;
    bool higher_is_better;
    double (*compute)(const Statistics& statistics, const MetricContext& context); // NaN = undefined
};

// In the order of the rows.
std::span<const Metric> metrics();

std::vector<std::string> metric_names();

// Where a metric stands among them; their number if there is none of that name.
std::size_t metric_index(std::string_view name);

// Writes the value of each metric to `out` (as many as there are metrics).
void compute_metrics(const Statistics& statistics, const MetricContext& context, std::span<double> out);

} // namespace threadx
