// Runs of a sweep with something changed: other costs, other bars, later entries, other parameters. Each is a
// sweep as any other, placed on the same devices.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/outcomes.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/run_devices.hpp"
#include "sweep/run_profiles.hpp"

namespace threadx {

// What a row says.
Outcome outcome_of(RowStatus status, std::span<const double> row, std::size_t parameters);

class VariedRuns {
  public:
    // `sweep`: the one that is varied. It, the settings and `stop` outlive this.
    VariedRuns(const PreparedSweep& sweep, const Settings& settings, DeviceWishes wishes,
               const std::atomic<bool>* stop);

    // The scenarios `ids` (ascending) with overrides of the sweep's configuration ("execution.fee=0.001"),
    // and entries `entry_delay` bars later. Scenarios that cannot be run are left out.
    std::map<std::uint64_t, Outcome> run(const std::vector<std::uint64_t>& ids,
                                         const std::vector<std::string>& overrides, int entry_delay = 0);

    // The same on other bars, by the calling thread alone: columns are computed anew for each set of bars, so
    // that threads with a set each are faster than all devices for one after the other. Any thread.
    std::map<std::uint64_t, Outcome> run_alone(const std::vector<std::uint64_t>& ids, const Bars& bars) const;

    // `count` points around the parameters of a scenario, drawn evenly from what lies within `width` of each
    // swept parameter as a part of it (whole numbers: at least one to either side), as far as the strategy
    // and the sweep's constraints allow. In the order in which they were drawn; empty where nothing is swept.
    std::vector<Outcome> run_neighbours(std::span<const double> parameters, double width, std::size_t count,
                                        std::uint64_t seed);

    bool stopped() const { return stop_ != nullptr && stop_->load(); } // what was given is not all

  private:
    PreparedSweep prepare(std::vector<std::string> overrides, int entry_delay, const Bars* bars) const;
    std::map<std::uint64_t, Outcome> run(const PreparedSweep& sweep, const std::vector<IdRange>& ranges);
    static std::map<std::uint64_t, Outcome>
    run_with(const PreparedSweep& sweep, const std::vector<IdRange>& ranges, const RunOptions& options);

    const PreparedSweep& sweep_;
    const Settings& settings_;
    DeviceWishes wishes_;
    const std::atomic<bool>* stop_;
    RunProfiles profiles_;
};

} // namespace threadx
