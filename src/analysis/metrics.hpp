// The metrics of a backtest, from its sufficient statistics. SEMANTICS section 7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/statistics.hpp"

namespace threadx {

// Whose definitions the metrics follow (metric_conventions.hpp says what differs).
enum class MetricConvention : std::uint8_t { threadx, vectorbt, quantstats, backtesting };

// What is the same for all scenarios of a run.
struct MetricContext {
    std::size_t bars = 0;
    double years = 0.0; // from the first bar to the last
    double capital = 0.0;
    MetricConvention convention = MetricConvention::threadx;
    double bar_years = 0.0; // the length of a bar, without the gaps between some; 0: the bars' average
};

using MetricFunction = double (*)(const Statistics& statistics,
                                  const MetricContext& context); // NaN = undefined

// What a metric's number counts, for those who write it down for people.
enum class MetricUnit { number, fraction, bars, count, money };

struct Metric {
    std::string name;
    std::string help;
    bool higher_is_better;
    MetricFunction compute;
    MetricUnit unit = MetricUnit::number;
};

// In the order of the rows; `compute` by ThreadX's own convention.
std::span<const Metric> metrics();

std::vector<std::string> metric_names();

// Where a metric stands among them; their number if there is none of that name.
std::size_t metric_index(std::string_view name);

// Writes the value of each metric to `out` (as many as there are metrics), by the context's convention.
void compute_metrics(const Statistics& statistics, const MetricContext& context, std::span<double> out);

} // namespace threadx
