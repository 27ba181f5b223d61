// Runs of a sweep with something changed: other costs, other bars, later entries, other parameters. Each is a
// sweep as any other, placed on the same devices.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/outcomes.hpp"
#include "sweep/bar_sets.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/run_devices.hpp"
#include "sweep/run_profiles.hpp"

namespace threadx {

// What a set of other bars costs, its columns included, as so many scenarios of a sweep.
inline double set_cost_in_scenarios(std::size_t scenarios) { return 16.0 + static_cast<double>(scenarios); }

class VariedRuns {
  public:
    // `sweep`: the one that is varied. It, the settings and `stop` outlive this.
    VariedRuns(const PreparedSweep& sweep, const Settings& settings, DeviceWishes wishes,
               const std::atomic<bool>* stop);

    // The scenarios `ids` (ascending) with overrides of the sweep's configuration ("execution.fee=0.001"),
    // and entries `entry_delay` bars later. Scenarios that cannot be run are left out.
    std::map<std::uint64_t, Outcome> run(const std::vector<std::uint64_t>& ids,
                                         const std::vector<std::string>& overrides, int entry_delay = 0);

    // The same without changes, on each of the sets of bars: by scenario, the outcomes of the sets in order.
    std::map<std::uint64_t, std::vector<Outcome>> run_on(const BarSets& sets,
                                                         const std::vector<std::uint64_t>& ids);

    // `count` points around the parameters of a scenario, drawn evenly from what lies within `width` of each
    // swept parameter as a part of it (whole numbers: at least one to either side), as far as the strategy
    // and the sweep's constraints allow. In the order in which they were drawn; empty where nothing is swept.
    std::vector<Outcome> run_neighbours(std::span<const double> parameters, double width, std::size_t count,
                                        std::uint64_t seed);

    // What was done so far, by the id of the device that did it.
    const std::map<std::string, std::uint64_t>& backtests() const { return backtests_; } // but those on sets
    const std::map<std::string, std::uint64_t>& bar_sets() const { return bar_sets_; }
    const std::vector<std::string>& notes() const { return notes_; } // fallbacks and their reasons

    bool stopped() const { return stop_ != nullptr && stop_->load(); } // what was given is not all

  private:
    PreparedSweep prepare(std::vector<std::string> overrides, int entry_delay) const;
    std::map<std::uint64_t, Outcome> run(const PreparedSweep& sweep, const std::vector<IdRange>& ranges);
    void note(const std::string& text);

    const PreparedSweep& sweep_;
    const Settings& settings_;
    DeviceWishes wishes_;
    const std::atomic<bool>* stop_;
    RunProfiles profiles_;
    std::map<std::string, std::uint64_t> backtests_;
    std::map<std::string, std::uint64_t> bar_sets_;
    std::vector<std::string> notes_;
};

} // namespace threadx
