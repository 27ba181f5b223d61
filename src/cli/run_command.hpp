// What the commands that compute rows have in common: `sweep`, `walkforward` and `resume`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "jobs/run_job.hpp"

namespace threadx {

// Overrides of settings (who and where) go to the settings, the others to the sweep (what).
struct Overrides {
    std::vector<std::string> settings;
    std::vector<std::string> sweep;
};
Overrides split_overrides(const std::vector<std::string>& overrides);

// The settings in force, with the number of workers if one is given; the log follows them.
Settings settings_for(const CommonOptions& options, long long workers);

// InputError if the text is not UTF-8; otherwise in quotes, as TOML and the JSON of manifests have it.
std::string quoted_text(const std::string& text);

std::vector<std::string> sweep_overrides(const SweepOptions& options);
std::filesystem::path run_directory(const SweepOptions& options, const Settings& settings);

// "cpu (avx512)", "cpu (avx512) 40 %, cuda:0 60 %".
std::string devices_text(const RunResult& result);

// What a kind of run does with its rows.
struct RunOutcome {
    std::function<void(const RowBlock&)> take = {}; // each that is computed, from any thread; may be empty
    std::function<void(const RunStore&)> complete =
        {}; // all rows are stored; before the run counts as complete
    std::function<void(const RunStore&, const RunResult&)> print = {};
};

// Computes what is missing from the store. The exit status.
int run_into(RunStore& store, const PreparedSweep& sweep, const Settings& settings, RunDevices& devices,
             RunProfiles& profiles, const CommonOptions& options, const std::string& earlier_manifest,
             const RunOutcome& outcome);

// Makes the run that a command asks for: the devices, the directory, the rows; with `explain` only says how.
int start_run(const SweepOptions& options, SweepKind kind,
              const std::function<RunOutcome(const PreparedSweep& sweep, RunStore& store)>& outcome);

// Of a walk-forward: writes walkforward.json, and prints what it says.
RunOutcome walkforward_outcome(const PreparedSweep& sweep, bool json);

} // namespace threadx
