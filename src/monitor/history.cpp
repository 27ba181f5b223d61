#include "monitor/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "monitor/quantities.hpp"

namespace threadx {
namespace {

template <class Value>
void add_column(std::vector<HistoryColumn>& columns, std::string name,
                std::span<const SystemSnapshot> snapshots, const Value& value) {
    HistoryColumn& column = columns.emplace_back(HistoryColumn{std::move(name), {}});
    column.values.reserve(snapshots.size());
    for (const SystemSnapshot& snapshot : snapshots) column.values.push_back(value(snapshot));
}

} // namespace

std::vector<HistoryColumn> history_columns(std::span<const SystemSnapshot> snapshots) {
    std::vector<HistoryColumn> columns;
    add_column(columns, "time", snapshots, [](const SystemSnapshot& s) { return s.time; });
    add_column(columns, "elapsed", snapshots, [](const SystemSnapshot& s) { return s.elapsed; });
    for (const Quantity<CpuReading>& quantity : cpu_quantities())
        add_column(columns, fmt::format("cpu_{}", quantity.name), snapshots,
                   [&](const SystemSnapshot& s) { return quantity.value(s.cpu).value_or(absent); });
    std::size_t gpus = 0; // they may have been asked for after the first snapshot
    for (const SystemSnapshot& snapshot : snapshots) gpus = std::max(gpus, snapshot.gpus.size());
    for (std::size_t gpu = 0; gpu < gpus; ++gpu)
        for (const Quantity<GpuReading>& quantity : gpu_quantities())
            add_column(columns, fmt::format("gpu{}_{}", gpu, quantity.name), snapshots,
                       [&](const SystemSnapshot& s) {
                           return gpu < s.gpus.size() ? quantity.value(s.gpus[gpu]).value_or(absent) : absent;
                       });
    return columns;
}

std::vector<ColumnSummary> summarize(const std::vector<HistoryColumn>& columns) {
    std::vector<ColumnSummary> out;
    for (const HistoryColumn& column : columns) {
        if (column.name == "time" || column.name == "elapsed") continue;
        ColumnSummary summary = {column.name, 0.0, -std::numeric_limits<double>::infinity(), 0};
        for (const double value : column.values) {
            if (std::isnan(value)) continue;
            summary.mean += value;
            summary.max = std::max(summary.max, value);
            ++summary.samples;
        }
        if (summary.samples == 0) continue;
        summary.mean /= static_cast<double>(summary.samples);
        out.push_back(std::move(summary));
    }
    return out;
}

} // namespace threadx
