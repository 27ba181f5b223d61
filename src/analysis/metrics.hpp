// The metrics of a backtest, from its sufficient statistics. SEMANTICS section 7.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "device/statistics.hpp"

namespace threadx {

// What is the same for all scenarios of a run.
struct MetricContext {
    std::size_t bars = 0;
    double years = 0.0; // from the first bar to the last
    double capital = 0.0;
};

// What a metric's number counts, for those who write it down for people.
enum class MetricUnit { number, fraction, bars, count, money };

struct Metric {
    std::string name;
    std::string help;
    bool higher_is_better;
    double (*compute)(const Statistics& statistics, const MetricContext& context); // NaN = undefined
    MetricUnit unit = MetricUnit::number;
};

// In the order of the rows.
std::span<const Metric> metrics();

std::vector<std::string> metric_names();

// Writes the value of each metric to `out` (as many as there are metrics).
void compute_metrics(const Statistics& statistics, const MetricContext& context, std::span<double> out);

} // namespace threadx
