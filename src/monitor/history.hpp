// Snapshots as columns of numbers, one for each quantity, and what is to be said of each in a line.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "monitor/readings.hpp"

namespace threadx {

constexpr double absent = std::numeric_limits<double>::quiet_NaN(); // in columns

// One quantity over time.
struct HistoryColumn {
    std::string name;           // "time", "elapsed", "cpu_load_percent", "gpu0_temperature_celsius"
    std::vector<double> values; // `absent` where it is
};

// All quantities of snapshots that one reader made, those too that nothing has: "time" and "elapsed"
// (seconds, as in the snapshots), then the processor's, then each GPU's by its place in SystemReader::gpus().
std::vector<HistoryColumn> history_columns(std::span<const SystemSnapshot> snapshots);

struct ColumnSummary {
    std::string name;
    double mean = 0.0;
    double max = 0.0;
    std::size_t samples = 0; // that have it
};

// Of the columns that have any value, without the times.
std::vector<ColumnSummary> summarize(const std::vector<HistoryColumn>& columns);

} // namespace threadx
