// `threadx sweep` and `threadx resume`.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "report/row_text.hpp"
#include "store/row_writer.hpp"
#include "store/run_store.hpp"
#include "sweep/batch_cursor.hpp"
#include "sweep/manifest.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/runner.hpp"

namespace threadx {
namespace {

constexpr std::size_t queued_blocks = 16;

// Overrides of settings (who and where) go to the settings, the others to the sweep (what).
struct Overrides {
    std::vector<std::string> settings;
    std::vector<std::string> sweep;
};

Overrides split_overrides(const std::vector<std::string>& overrides) {
    Overrides out;
    for (const std::string& text : overrides) {
        bool machine = false;
        for (const char* section : {"paths.", "gpu.", "optimization.", "logging."})
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

// This program has one kind of device so far; whatever else is asked for is refused, not ignored.
void check_device(const std::string& device, const std::string& asked_by) {
    if (device != "auto" && device != "cpu")
        throw InputError(fmt::format("{}: there is no device '{}' here; known: cpu", asked_by, device));
}

// "auto", or "cpu=0.5,..." with devices that are here.
void check_balance(const std::string& balance, const std::string& asked_by) {
    if (balance != "auto" && !balance.empty()) check_device(balance.substr(0, balance.find('=')), asked_by);
}

void check_devices(const SweepOptions& options, const Settings& settings) {
    check_device(options.devices, fmt::format("--devices {}", options.devices));
    check_balance(options.balance, fmt::format("--balance {}", options.balance));
    for (const std::string& device : settings.gpu.devices)
        check_device(device, fmt::format("{}: [gpu] devices", settings.source));
    check_balance(settings.gpu.balance, fmt::format("{}: [gpu] balance", settings.source));
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

void print_summary(const RunStore& store, const PreparedSweep& sweep, const RunResult& result, bool json) {
    const double work = static_cast<double>(result.scenarios) * static_cast<double>(sweep.data().bars.size());
    if (json) {
        const nlohmann::ordered_json out = {
            {"run", store.directory().string()}, {"rows", store.row_count()},
            {"computed", result.scenarios},      {"invalid", result.invalid},
            {"seconds", result.seconds},         {"bar_scenarios_per_second", work / result.seconds}};
        std::printf("%s\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        return;
    }
    RowPrinter printer(stdout, RowFormat::table, store.schema(), default_table_metrics());
    for (const Row& row : store.top(10, {"sharpe", true}))
        printer.print(row.scenario, row.status, row.values);
    printer.finish();
    if (result.invalid > 0)
        spdlog::warn("{} scenarios could not be run (status 'invalid'): a window length below 1 or not whole",
                     with_thousands(result.invalid));
    spdlog::info("{} rows in {}: {:.0f} million bar-scenarios a second on {} ({}); see all with: threadx "
                 "show {} --all",
                 with_thousands(store.row_count()), duration_words(result.seconds),
                 work / result.seconds / 1e6, "cpu", result.instruction_set, store.directory().string());
}

// Computes what is missing from the store.
int run_into(RunStore& store, const PreparedSweep& sweep, const Settings& settings,
             const CommonOptions& options, const std::string& earlier_manifest) {
    Session session;
    session.started = utc_now();
    session.state = "running";
    session.workers = settings.workers();
    session.settings_source = settings.source;
    session.settings_text = describe_settings(settings);
    session.notes.emplace_back("this program computes on the CPU only: no GPU was looked for");
    store.write_manifest(manifest_text(sweep, session, earlier_manifest));
    const std::string running_manifest = store.read_manifest();
    const auto end_session = [&](const char* state, const std::string& detail) {
        session.state = state;
        session.detail = detail;
        session.ended = utc_now();
        store.write_manifest(manifest_text(sweep, session, running_manifest));
    };

    RunOptions run;
    run.workers = settings.workers();
    run.batch_size = static_cast<std::uint64_t>(settings.performance.batch_size);
    run.instruction_set = settings.performance.instruction_set;
    run.stop = options.stop;
    try {
        const std::vector<IdRange> pending = missing_ranges(sweep.range(), store.finished_ranges());
        RowWriter writer(store, queued_blocks);
        {
            ProgressDisplay display(sweep.data().bars.size());
            run.on_progress = [&](const RunProgress& progress) { display.show(progress); };
            session.result =
                run_sweep(sweep, pending, run, [&](RowBlock block) { writer.push(std::move(block)); });
        }
        writer.close();
    } catch (const std::exception& error) {
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
    store.finish();
    end_session("complete", "");
    print_summary(store, sweep, session.result, options.json);
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

} // namespace

std::vector<std::string> default_table_metrics() {
    return {"sharpe", "total_return", "max_drawdown", "profit_factor", "win_rate", "trades", "final_equity"};
}

int sweep_command(const SweepOptions& options) {
    const Settings settings = settings_for(options, options.workers);
    check_devices(options, settings);
    std::optional<IdRange> range;
    if (!options.range.empty()) range = parse_range(options.range);
    const PreparedSweep sweep(read_request(options.config, sweep_overrides(options), range, settings),
                              settings);
    quoted_text(sweep.request().data_file.string()); // refuses what could not be resumed
    show_warnings(sweep);
    if (options.explain) {
        std::fputs(explain_plan(sweep.plan(), sweep.strategy()).c_str(), stdout);
        return exit_done;
    }
    const std::filesystem::path directory = run_directory(options, settings);
    RunStore store = RunStore::create(directory, sweep.schema(), options.force || never_began(directory));
    spdlog::info("{}: {} scenarios x {} bars -> {}", sweep.strategy().name,
                 with_thousands(sweep.range().size()), with_thousands(sweep.data().bars.size()),
                 store.directory().string());
    return run_into(store, sweep, settings, options, "");
}

int resume_command(const ResumeOptions& options) {
    const Settings settings = settings_for(options, options.workers);
    if (!split_overrides(options.overrides).sweep.empty())
        throw InputError(
            fmt::format("--set {}: resume goes on with what the run was started with; only settings such as "
                        "optimization.performance.max_workers can be given",
                        split_overrides(options.overrides).sweep.front()));
    if (never_began(options.run))
        throw InputError(
            fmt::format("the run '{}' was stopped before it began; start it again with `threadx sweep`",
                        options.run.string()));
    RunStore store = RunStore::open_for_append(options.run);
    const std::string manifest = store.read_manifest();
    const ManifestRequest saved = read_manifest_request(manifest, (options.run / "manifest.json").string());
    const PreparedSweep sweep(saved.request, settings);
    if (sweep.data().sha256 != saved.data_sha256)
        throw InputError(fmt::format(
            "'{}' is no longer the file that the run was started with (SHA-256 {} instead of {}); "
            "bring it back, or sweep anew",
            saved.request.data_file.string(), sweep.data().sha256, saved.data_sha256));
    show_warnings(sweep);
    if (missing_ranges(sweep.range(), store.finished_ranges()).empty())
        spdlog::info("all {} rows are there already", with_thousands(store.row_count()));
    return run_into(store, sweep, settings, options, manifest);
}

} // namespace threadx
