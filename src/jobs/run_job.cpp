#include "jobs/run_job.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "market/time_text.hpp"
#include "store/row_writer.hpp"
#include "store/run_directory.hpp"
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

std::unique_ptr<PreparedSweep> prepare(const SweepRequest& request, const Settings& settings,
                                       std::optional<LoadedBars> bars) {
    if (bars) return std::make_unique<PreparedSweep>(request, settings, *std::move(bars));
    return std::make_unique<PreparedSweep>(request, settings);
}

} // namespace

bool never_began(const std::filesystem::path& directory) {
    std::error_code ignored;
    if (std::filesystem::exists(directory / "manifest.json", ignored)) return false;
    try {
        return RunStore::open_for_reading(directory).row_count() == 0;
    } catch (const Error&) {
        return false; // whatever it is: those who open it for more say so
    }
}

RunStore new_run(const PreparedSweep& sweep, const std::filesystem::path& directory, bool force) {
    return RunStore::reserve(directory, sweep.schema(), force || never_began(directory));
}

RunResult compute_run(RunStore& store, const PreparedSweep& sweep, const Settings& settings,
                      RunDevices& devices, RunProfiles& profiles, const RunHooks& hooks,
                      const std::string& earlier_manifest) {
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
    run.stop = hooks.stop;
    try {
        const std::vector<IdRange> pending = sweep.missing_scenarios(store.finished_ranges());
        RowWriter writer(store, queued_blocks, begin); // the first rows take longer than that
        RunWatch watch;
        run.on_progress = [&](const RunProgress& progress) {
            if (settings.logging.watch) look_at(watch, progress, sweep.simulated_bars());
            if (hooks.on_progress) hooks.on_progress(progress, watch);
        };
        session.result = run_sweep(sweep, pending, run, [&](RowBlock block) {
            if (hooks.take) hooks.take(block);
            writer.push(std::move(block));
        });
        session.watch = watch.result();
        if (hooks.on_computed) hooks.on_computed();
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
        return session.result;
    }
    const Stopwatch finishing;
    store.finish();
    session.store_seconds += finishing.seconds();
    if (hooks.complete) hooks.complete(store);
    end_session("complete", "");
    return session.result;
}

void warn_of(const PreparedSweep& sweep) {
    for (const std::string& warning : sweep.data().warnings) spdlog::warn("{}", warning);
    if (sweep.execution().fill == "close")
        spdlog::warn("fill = \"close\": orders fill at the close that decided them, which nobody can trade; "
                     "for comparisons only");
}

ResumedRun open_to_resume(const std::filesystem::path& run, const Settings& settings,
                          std::optional<LoadedBars> bars) {
    if (never_began(run))
        throw InputError(fmt::format(
            "the run '{}' was stopped before it began; start it again with `threadx sweep`", run.string()));
    ResumedRun out{RunStore::open_for_append(run), "", nullptr, 0};
    out.manifest = out.store.read_manifest();
    const ManifestRequest saved = read_manifest_request(out.manifest, manifest_file(run).string());
    out.sweep = prepare(saved.request, settings, std::move(bars));
    if (out.sweep->data().sha256 != saved.data_sha256)
        throw InputError(fmt::format(
            "'{}' is no longer the file that the run was started with (SHA-256 {} instead of {}); "
            "bring it back, or sweep anew",
            saved.request.data_file.string(), out.sweep->data().sha256, saved.data_sha256));
    for (const IdRange& range : out.sweep->missing_scenarios(out.store.finished_ranges()))
        out.missing_scenarios += range.size();
    return out;
}

} // namespace threadx
