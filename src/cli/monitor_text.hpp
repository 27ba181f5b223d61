// Samples of the machine for people and as JSON.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/table.hpp"
#include "monitor/history.hpp"
#include "monitor/readings.hpp"

namespace threadx {

std::vector<TableLine> snapshot_table(const SystemSnapshot& snapshot, std::span<const GpuIdentity> gpus);

// Means and extremes of history_columns(), a line a device.
std::vector<TableLine> summary_table(const std::vector<HistoryColumn>& columns,
                                     std::span<const GpuIdentity> gpus);

// {"time": ..., "cpu": {...}, "gpus": [{...}]}: quantities by their names, null where they are absent.
// `no_gpus`: why there are none, or empty.
nlohmann::ordered_json snapshot_json(const SystemSnapshot& snapshot, std::span<const GpuIdentity> gpus,
                                     const std::string& no_gpus);

} // namespace threadx
