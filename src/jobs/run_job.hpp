// Computing the rows of a run, and writing down how: what the program and the Python module have in common.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "monitor/run_watch.hpp"
#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/run_devices.hpp"
#include "sweep/run_profiles.hpp"
#include "sweep/runner.hpp"

namespace threadx {

// What is told on the way. All but `take` are called by the calling thread; all may be empty.
struct RunHooks {
    const std::atomic<bool>* stop = nullptr; // set from outside: what is finished is stored, then it returns
    std::function<void(const RunProgress&, const RunWatch&)> on_progress = {}; // ten times a second
    std::function<void()> on_computed = {};             // there is no more progress to tell
    std::function<void(const RowBlock&)> take = {};     // rows that are computed; any thread
    std::function<void(const RunStore&)> complete = {}; // all is stored, and the run not yet called complete
};

// Whether a run was stopped between making the database and writing the manifest (by a kill, a full disk).
// Such a run has no rows and cannot be resumed, and must not be in the way of the next try.
bool never_began(const std::filesystem::path& directory);

// The directory of a new run, which is reserved and not made yet. InputError if there is one and not `force`.
RunStore new_run(const PreparedSweep& sweep, const std::filesystem::path& directory, bool force);

// Computes what is missing from the store, and has the manifest say so: `earlier_manifest` is the one of a
// run that is gone on with. Notes and warnings go to the log.
RunResult compute_run(RunStore& store, const PreparedSweep& sweep, const Settings& settings,
                      RunDevices& devices, RunProfiles& profiles, const RunHooks& hooks,
                      const std::string& earlier_manifest = "");

// What bears on the results and the user may not expect: to the log.
void warn_of(const PreparedSweep& sweep);

// A run that is to be gone on with.
struct ResumedRun {
    RunStore store;
    std::string manifest;
    std::unique_ptr<PreparedSweep> sweep;
    std::uint64_t missing_scenarios = 0;
};

// `bars`: those of a run whose bars came from memory; else they are read from where they were. InputError if
// it never began, is being added to, is of a program whose results may differ, or if the bars are others.
ResumedRun open_to_resume(const std::filesystem::path& run, const Settings& settings,
                          std::optional<LoadedBars> bars = std::nullopt);

} // namespace threadx
