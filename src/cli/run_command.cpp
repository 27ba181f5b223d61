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
namespace {

constexpr std::size_t queued_blocks = 12;

void look_at(RunWatch& watch, const RunProgress& progress, std::size_t bars) {
    std::vector<WatchedDevice> devices;
    for (const DeviceProgress& device : progress.devices)
        devices.push_back(
            {device.id, device.uuid, static_cast<double>(device.scenarios) * static_cast<double>(bars)});
    watch.look(progress.seconds, devices, progress.done == progress.total);
}

} // namespace

std::vector<std::string> default_table_metrics() {
    return {"sharpe", "total_return", "max_drawdown", "profit_factor", "win_rate", "trades", "final_equity"};
}

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
    Session session;
    session.started = utc_now();
    session.state = "running";
    session.workers = settings.workers();
    session.settings_source = settings.source;
    session.settings_text = describe_settings(settings);
    session.notes = devices.notes();
    session.balance = balance_text(devices.shares());
    const std::string running_manifest = manifest_text(sweep, session, earlier_manifest);
    bool began = false; // the writer's thread's, until the writer is closed or gone
    const auto begin = [&] {
        if (!store.is_made()) store.make();
        store.write_manifest(running_manifest);
        began = true;
    };
    const auto end_session = [&](const char* state, const std::string& detail) {
        session.state = state;
        session.detail = detail;
        session.ended = utc_now();
        store.write_manifest(manifest_text(sweep, session, running_manifest));
    };

    RunOptions run = devices.run_options();
    profiles.attach(run);
    run.stop = options.stop;
    try {
        const std::vector<IdRange> pending = sweep.missing_scenarios(store.finished_ranges());
        RowWriter writer(store, queued_blocks, begin); // the first rows take longer than that
        {
            ProgressDisplay display(sweep.simulated_bars());
            RunWatch watch;
            run.on_progress = [&](const RunProgress& progress) {
                if (settings.logging.watch) look_at(watch, progress, sweep.simulated_bars());
                display.show(progress, watch);
            };
            session.result = run_sweep(sweep, pending, run, [&](RowBlock block) {
                if (outcome.take) outcome.take(block);
                writer.push(std::move(block));
            });
            session.watch = watch.result();
        }
        profiles.add(devices.observations());
        writer.close();
        session.store_seconds = writer.append_seconds();
        for (const std::string& note : session.result.notes) spdlog::info("{}", note);
        for (const std::string& warning : session.watch.warnings) {
            spdlog::warn("{}", warning);
            session.result.notes.push_back(warning);
        }
        for (const std::string& warning : profiles.warnings()) {
            spdlog::warn("{}", warning);
            session.result.notes.push_back(warning);
        }
    } catch (const std::exception& error) {
        if (!began) throw; // there is no run to say it of
        try {
            end_session("failed", error.what());
        } catch (const IoError&) { // the disk that failed holds the manifest too; the first error is the one
                                   // to tell
        }
        throw;
    }
    if (session.result.interrupted) {
        end_session("interrupted", "");
        store.finish();
        spdlog::warn("interrupted; finished batches are stored. Go on with: threadx resume {}",
                     store.directory().string());
        return exit_interrupted;
    }
    const Stopwatch finishing;
    store.finish();
    session.store_seconds += finishing.seconds();
    if (outcome.complete) outcome.complete(store);
    end_session("complete", "");
    outcome.print(store, session.result);
    return exit_done;
}

void show_warnings(const PreparedSweep& sweep) {
    for (const std::string& warning : sweep.data().warnings) spdlog::warn("{}", warning);
    if (sweep.execution().fill == "close")
        spdlog::warn("fill = \"close\": orders fill at the close that decided them, which nobody can trade; "
                     "for comparisons only");
}

// Whether a sweep was stopped between making the database and writing the manifest (by a kill, a full disk).
// Such a run has no rows and cannot be resumed, and must not be in the way of the next try.
bool never_began(const std::filesystem::path& directory) {
    std::error_code ignored;
    if (std::filesystem::exists(directory / "manifest.json", ignored)) return false;
    try {
        return RunStore::open_for_reading(directory).row_count() == 0;
    } catch (const Error&) {
        return false; // whatever it is: those who open it for more say so
    }
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
    show_warnings(sweep);
    RunProfiles profiles(settings);
    RunDevices devices(settings, {options.devices, options.balance}, sweep, sweep.range().size(),
                       profiles.known());
    if (options.explain) {
        std::fputs(explain_plan(sweep.plan(), sweep.strategy()).c_str(), stdout);
        std::fputs(explain_placement(devices, sweep, sweep.range().size()).c_str(), stdout);
        return exit_done;
    }
    const std::filesystem::path directory = run_directory(options, settings);
    RunStore store = RunStore::reserve(directory, sweep.schema(), options.force || never_began(directory));
    spdlog::info("{}: {} scenarios x {} bars -> {}", sweep.strategy().name,
                 with_thousands(sweep.range().size()), with_thousands(sweep.simulated_bars()),
                 store.directory().string());
    return run_into(store, sweep, settings, devices, profiles, options, "", outcome(sweep, store));
}

} // namespace threadx
