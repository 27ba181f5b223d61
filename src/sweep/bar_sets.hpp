// The same scenarios over many sets of bars. Columns are computed anew for each set, so that a set is a piece
// of work: threads with a set each, of the CPU and of accelerators, are faster than all devices for one set
// after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analysis/outcomes.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/runner.hpp"

namespace threadx {

struct BarSets {
    std::uint64_t count = 0;
    // Of a set: as many as the sweep's, at the same times. Called by any thread.
    std::function<Bars(std::uint64_t set)> bars;
};

struct BarSetsResult {
    // By scenario, of each set in order; scenarios that cannot be run are left out. Not complete where the
    // run was stopped.
    std::map<std::uint64_t, std::vector<Outcome>> outcomes;
    std::map<std::string, std::uint64_t> sets; // by the id of the device that computed them
    std::vector<std::string> notes;            // fallbacks and their reasons
};

// Runs the scenarios `ids` of a plain sweep. Sets go to the devices of `options` as batches of a sweep do: by
// their speed, as it is measured meanwhile, or by its shares; what a device leaves that fails is done by the
// others, in the end by the CPU. The same bits on any devices. Of the options are used: the devices, workers,
// shares, the instruction set, what profiles say of starts, `stop`.
BarSetsResult run_bar_sets(const PreparedSweep& sweep, const std::vector<std::uint64_t>& ids,
                           const BarSets& sets, const RunOptions& options);

} // namespace threadx
