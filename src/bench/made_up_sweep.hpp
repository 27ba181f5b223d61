// Sweeps over synthetic bars, prepared in this process.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "sweep/prepared_sweep.hpp"
#include "sweep/settings.hpp"

namespace threadx {

struct MadeUpSweep {
    std::string name;   // of its file, without .toml
    std::string config; // the sweep's file, without [data]
    long long bars = 0; // minutes, seed 42, as `threadx bench` has them
    std::string precision = "float64";
};

// Writes the bars and the sweep's file into `folder`, and prepares it as a sweep of a user's.
std::unique_ptr<PreparedSweep> prepare(const MadeUpSweep& sweep, const std::filesystem::path& folder,
                                       const Settings& settings);

} // namespace threadx
