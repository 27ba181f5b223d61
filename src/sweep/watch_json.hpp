// What a machine did during a run, for the manifest.
#pragma once

#include <nlohmann/json.hpp>

#include "monitor/run_watch.hpp"

namespace threadx {

// {"samples", "sample_cost_seconds", "elapsed_seconds": [...], "devices": [{"device", "energy_joules", ...,
// "mean", "max", "series": {"load_percent": [...]}}], "warnings"}; null where a number is absent.
nlohmann::ordered_json watch_json(const RunWatchResult& watch);

} // namespace threadx
