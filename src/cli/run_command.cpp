#include "cli/run_command.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "market/time_text.hpp"
#include "store/row_writer.hpp"
#include "sweep/manifest.hpp"
#include "sweep/placement_text.hpp"

namespace threadx {

Overrides split_overrides(const std::vector<std::string>& overrides) {
    Overrides out;
    for (const std::string& text : overrides) {
        bool machine = false;
        for (const char* section : {"paths.", "gpu.", "optimization.", "logging.", "robustness."})
            machine |= text.rfind(section, 0) == 0;
        (machine ? out.settings : out.sweep).push_back(text);
    }
    return out;
}

Settings settings_for(const CommonOptions& options, long long workers) {
    Settings settings = load_settings(options.settings, split_overrides(options.overrides).settings);
    if (workers < 0 || workers > 1024)
        throw InputError(fmt::format("--workers {}: expected 1 to 1024", workers));
    if (workers > 0) settings.performance.max_workers = workers;
    set_up_log(settings);
    return settings;
}

// In quotes, as TOML and the JSON of manifests have it. InputError if it is not UTF-8: neither can hold it
// then, and `resume` would look for another file.
std::string quoted_text(const std::string& text) {
    try {
        return nlohmann::json(text).dump();
    } catch (const nlohmann::json::type_error&) {
        throw InputError(
            fmt::format("'{}' is not UTF-8, which a run's manifest is written in; rename the file or folder, "
                        "or make a link to it",
                        text));
    }
}

std::vector<std::string> sweep_overrides(const SweepOptions& options) {
    std::vector<std::string> overrides = split_overrides(options.overrides).sweep;
    if (!options.data.empty()) overrides.push_back("data.file=" + quoted_text(options.data));
    if (!options.precision.empty()) overrides.push_back("run.precision=" + quoted_text(options.precision));
    return overrides;
}

std::filesystem::path run_directory(const SweepOptions& options, const Settings& settings) {
    if (!options.out.empty()) return options.out;
    return std::filesystem::path(settings.paths.runs) / options.config.stem();
}

// "cpu (avx512)", "cpu (avx512) 40 %, cuda:0 60 %".
std::string devices_text(const RunResult& result) {
    std::string text;
    for (const DeviceWork& work : result.devices) {
        if (work.scenarios == 0 && (work.id != "cpu" || result.scenarios > 0)) continue;
        if (!text.empty()) text += ", ";
        text += work.id == "cpu" ? fmt::format("cpu ({})", result.instruction_set) : work.id;
        if (work.scenarios < result.scenarios)
            text += fmt::format(" {:.0f} %", 100.0 * static_cast<double>(work.scenarios) /
                                                 static_cast<double>(result.scenarios));
    }
    return text;
}

int run_into(RunStore& store, const PreparedSweep& sweep, const Settings& settings, RunDevices& devices,
             RunProfiles& profiles, const CommonOptions& options, const std::string& earlier_manifest,
             const RunOutcome& outcome) {
    std::optional<ProgressDisplay> display(sweep.simulated_bars());
    RunHooks hooks;
    hooks.stop = options.stop;
    hooks.on_progress = [&](const RunProgress& progress, const RunWatch& watch) {
        display->show(progress, watch);
    };
    hooks.on_computed = [&] { display.reset(); };
    hooks.take = outcome.take;
    hooks.complete = outcome.complete;
    const RunResult result = compute_run(store, sweep, settings, devices, profiles, hooks, earlier_manifest);
    if (result.interrupted) {
        spdlog::warn("interrupted; finished batches are stored. Go on with: threadx resume {}",
                     store.directory().string());
        return exit_interrupted;
    }
    outcome.print(store, result);
    return exit_done;
}

int start_run(const SweepOptions& options, SweepKind kind,
              const std::function<RunOutcome(const PreparedSweep& sweep, RunStore& store)>& outcome) {
    const Settings settings = settings_for(options, options.workers);
    std::optional<IdRange> range;
    if (!options.range.empty()) range = parse_range(options.range);
    SweepRequest request = read_request(options.config, sweep_overrides(options), range, settings);
    request.kind = kind;
    const PreparedSweep sweep(request, settings);
    quoted_text(sweep.request().data_file.string()); // refuses what could not be resumed
    warn_of(sweep);
    RunProfiles profiles(settings);
    RunDevices devices(settings, {options.devices, options.balance}, sweep, sweep.range().size(),
                       profiles.known());
    if (options.explain) {
        std::fputs(explain_plan(sweep.plan(), sweep.strategy()).c_str(), stdout);
        std::fputs(explain_placement(devices, sweep, sweep.range().size()).c_str(), stdout);
        return exit_done;
    }
    const std::filesystem::path directory = run_directory(options, settings);
    RunStore store = new_run(sweep, directory, options.force);
    spdlog::info("{}: {} scenarios x {} bars -> {}", sweep.strategy().name,
                 with_thousands(sweep.range().size()), with_thousands(sweep.simulated_bars()),
                 store.directory().string());
    return run_into(store, sweep, settings, devices, profiles, options, "", outcome(sweep, store));
}

} // namespace threadx
