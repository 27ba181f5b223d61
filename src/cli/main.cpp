// The program: reads the command line, runs the command, turns errors into messages and exit statuses. The
// only file that is compiled with CLI11.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <new>

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/monitor_options.hpp"
#include "sweep/manifest.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

// The first signal ends the run cleanly; a second one ends the program at once.
extern "C" void request_stop(int signal) {
    stop_requested.store(true);
    std::signal(signal, SIG_DFL);
}

void add_settings_options(CLI::App& command, CommonOptions& options) {
    command.add_option("--settings", options.settings,
                       "settings file (default: config/paths.toml, then the user's)");
    command.add_option("--set", options.overrides, "override one value: section.key=value (repeatable)")
        ->allow_extra_args(false);
}

// Declares every command; `chosen` becomes the action of the one that the command line names.
constexpr const char* balance_help =
    "fixed shares of the scenarios, such as cuda:0=0.8,cpu=0.2; auto: by measured speed";
constexpr const char* devices_help = "auto, all, cpu, gpu, cuda, opencl, or a list of ids such as cpu,cuda:0";

class Commands {
  public:
    Commands(CLI::App& app, std::function<int()>& chosen) : app_(app), chosen_(chosen) {
        sweep();
        walkforward();
        resume();
        show();
        hash();
        report();
        robustness();
        backtest();
        column();
        synth();
        catalogues();
        devices();
        selftest();
        doctor();
        profile();
        monitor();
        bench();
    }

  private:
    template <class Action>
    CLI::App& command(const std::string& name, const std::string& help, Action action) {
        CLI::App* added = app_.add_subcommand(name, help);
        added->callback([this, action] { chosen_ = action; });
        return *added;
    }

    void sweep() {
        sweep_.stop = &stop_requested;
        CLI::App& c = command("sweep", "backtest every scenario of a sweep's file",
                              [this] { return sweep_command(sweep_); });
        add_run_options(c, sweep_);
        c.add_option("--range", sweep_.range, "only the scenarios first:last (last is not included)");
        c.add_flag("--json", sweep_.json, "print the summary as JSON");
        c.footer("The sweep's file, with defaults:\n\n" + describe_sweep_file());
    }

    void walkforward() {
        walkforward_.stop = &stop_requested;
        CLI::App& c = command("walkforward",
                              "choose scenarios on one window of the bars, test them on the next, and go on",
                              [this] { return walkforward_command(walkforward_); });
        add_run_options(c, walkforward_);
        c.add_flag("--json", walkforward_.json, "print the result, walkforward.json, instead of tables");
        c.footer("A sweep's file with the section:\n\n" + describe_walkforward());
    }

    // Of the commands that make a run.
    static void add_run_options(CLI::App& c, SweepOptions& options) {
        c.add_option("config", options.config, "the sweep's file (TOML)")->required();
        c.add_option("--data", options.data, "CSV file of bars");
        c.add_option("--out", options.out, "run directory to make (default: [paths] runs / the file's name)");
        c.add_flag("--force", options.force, "replace an earlier run in that directory");
        c.add_option("--devices", options.devices, devices_help);
        c.add_option("--balance", options.balance, balance_help);
        c.add_option("--workers", options.workers, "CPU threads");
        c.add_option("--precision", options.precision, "float64 or float32");
        c.add_flag("--explain", options.explain, "print the plan, and do nothing");
        add_settings_options(c, options);
    }

    void resume() {
        resume_.stop = &stop_requested;
        CLI::App& c =
            command("resume", "go on with an interrupted run", [this] { return resume_command(resume_); });
        c.add_option("run", resume_.run, "run directory")->required();
        c.add_option("--devices", resume_.devices, devices_help);
        c.add_option("--balance", resume_.balance, balance_help);
        c.add_option("--workers", resume_.workers, "CPU threads");
        c.add_flag("--json", resume_.json, "print the summary as JSON");
        add_settings_options(c, resume_);
    }

    void show() {
        CLI::App& c = command("show", "the rows of a run", [this] { return show_command(show_); });
        c.add_option("run", show_.run, "run directory")->required();
        CLI::Option* top = c.add_option("--top", show_.top, "how many of the best");
        c.add_option("--by", show_.by, "metric or parameter to rank by (best first)")->capture_default_str();
        CLI::Option* ascending = c.add_flag("--ascending", show_.ascending, "smallest first");
        c.add_flag("--descending", show_.descending, "largest first")->excludes(ascending);
        CLI::Option* all = c.add_flag("--all", show_.all, "all rows, by scenario")->excludes(top);
        c.add_flag("--overfitting", show_.overfitting,
                   "instead: whether the best is good or the luckiest; all numbers with --json")
            ->excludes(top)
            ->excludes(all);
        c.add_option("--format", show_.format, "how to print")
            ->check(CLI::IsMember({"table", "csv", "json"}))
            ->capture_default_str();
        c.add_flag_callback(
            "--json", [this] { show_.format = "json"; }, "the same as --format json");
    }

    void hash() {
        CLI::App& c = command("hash", "SHA-256 of a run's rows in scenario order",
                              [this] { return hash_command(hash_run_); });
        c.add_option("run", hash_run_, "run directory")->required();
    }

    void report() {
        CLI::App& c = command("report", "a run as one HTML page that opens anywhere, or its rows in a file",
                              [this] { return report_command(report_); });
        c.add_option("run", report_.run, "run directory")->required();
        c.add_option("--out", report_.out,
                     "file to write (default: in the run directory, report.html, rows.csv, rows.json or "
                     "rows.parquet)");
        c.add_option("--format", report_.format, "html: the page; csv, json, parquet (by pyarrow): all rows")
            ->check(CLI::IsMember({"html", "csv", "json", "parquet"}))
            ->capture_default_str();
        c.add_option("--top", report_.top, "how many of the best get equity, trades and months in the page")
            ->capture_default_str();
        c.add_option("--by", report_.by, "metric that ranks")->capture_default_str();
        c.add_flag("--json", report_.json, "print what was written as JSON");
        add_settings_options(c, report_);
    }

    void robustness() {
        robustness_.stop = &stop_requested;
        CLI::App& c = command("robustness", "what is left of a run's best scenarios in other conditions",
                              [this] { return robustness_command(robustness_); });
        c.add_option("run", robustness_.run, "run directory")->required();
        CLI::Option* top =
            c.add_option("--top", robustness_.top, "how many of the best")->capture_default_str();
        c.add_option("--by", robustness_.by, "metric that ranks")->capture_default_str();
        c.add_option("--ids", robustness_.ids, "these scenarios instead, such as 17,204")
            ->delimiter(',')
            ->excludes(top);
        c.add_option("--simulations", robustness_.simulations, "of each test and scenario, at most")
            ->capture_default_str();
        c.add_option("--seed", robustness_.seed, "the same seed gives the same numbers")
            ->capture_default_str();
        c.add_option("--devices", robustness_.devices, devices_help);
        c.add_option("--balance", robustness_.balance, balance_help);
        c.add_option("--workers", robustness_.workers, "CPU threads");
        c.add_flag("--json", robustness_.json, "print robustness.json, which is written to the run too");
        add_settings_options(c, robustness_);
    }

    void backtest() {
        CLI::App& c =
            command("backtest", "one scenario in full", [this] { return backtest_command(backtest_); });
        c.add_option("strategy", backtest_.strategy, "strategy file, or the name of a built-in one")
            ->required();
        c.add_option("--data", backtest_.data, "CSV file of bars")->required();
        c.add_option("--set", backtest_.parameters, "parameter: name=value (repeatable)")
            ->allow_extra_args(false);
        c.add_option("--execution", backtest_.execution, "execution setting: key=value (repeatable)")
            ->allow_extra_args(false);
        c.add_option("--resample", backtest_.resample, "make longer bars first, such as 1h");
        c.add_option("--bars-per-year", backtest_.bars_per_year, "for data without timestamps");
        c.add_option("--trades", backtest_.trades, "write the trades to this CSV file");
        c.add_option("--equity", backtest_.equity, "write the equity curve to this CSV file");
        c.add_option("--format", backtest_.format, "how to print")
            ->check(CLI::IsMember({"table", "json"}))
            ->capture_default_str();
        c.add_flag_callback(
            "--json", [this] { backtest_.format = "json"; }, "the same as --format json");
    }

    void column() {
        CLI::App& c = command("column", "any expression of the rule language over bars, as CSV",
                              [this] { return column_command(column_); });
        c.add_option("expression", column_.expressions, "one or more, for example \"rsi(close, 14)\"")
            ->required();
        c.add_option("--data", column_.data, "CSV file of bars")->required();
        c.add_option("--resample", column_.resample, "make longer bars first, such as 1h");
        c.add_option("--out", column_.out,
                     "file to write (default: standard output); FILE.npy: the values alone, as an array that "
                     "numpy.load reads, a row a bar");
        c.add_option("--devices", column_.devices,
                     "auto: where it is soonest done; cpu, an id such as cuda:0, or a list to choose among")
            ->capture_default_str();
        c.add_flag("--explain", column_.explain, "say on standard error where it was computed, and why");
        add_settings_options(c, column_);
    }

    void synth() {
        CLI::App& c = command("synth", "make realistic bars", [this] { return synth_command(synth_); });
        c.add_option("--bars", synth_.bars, "how many")->capture_default_str();
        c.add_option("--bar", synth_.bar, "length of a bar: 1m, 1h, 1d, ...")->capture_default_str();
        c.add_option("--seed", synth_.seed, "the same seed gives the same bars")->capture_default_str();
        c.add_option("--price", synth_.price, "first price")->capture_default_str();
        c.add_option("--volatility", synth_.volatility, "annual, 0.6 = 60 %")->capture_default_str();
        c.add_option("--drift", synth_.drift, "annual log return")->capture_default_str();
        c.add_option("--tick", synth_.tick, "prices are multiples of it")->capture_default_str();
        c.add_option("--start", synth_.start, "time of the first bar")->capture_default_str();
        c.add_option("--out", synth_.out, "file to write (default: standard output)");
    }

    void catalogues() {
        CLI::App& strategies =
            command("strategies", "the built-in strategies; with a name, that strategy's file",
                    [this] { return strategies_command(strategies_); });
        strategies.add_option("name", strategies_.name, "which one");
        strategies.add_flag("--json", strategies_.json, "as JSON");
        CLI::App& indicators = command(
            "indicators", "the series and functions of the rule language; with a name, all about that one",
            [this] { return indicators_command(indicators_); });
        indicators.add_option("name", indicators_.name, "which one");
        indicators.add_flag("--json", indicators_.json, "as JSON");
        indicators.add_flag("--markdown", indicators_.markdown, "as the page docs/INDICATORS.md");
        CLI::App& settings =
            command("settings", "the settings in force", [this] { return settings_command(settings_); });
        add_settings_options(settings, settings_);
    }

    // A command about the devices of this machine.
    template <class Options>
    CLI::App& device_command(
        const std::string& name, const std::string& help, Options& options, int (*action)(const Options&),
        const std::string& devices = "all that can be used, or as for sweeps: cpu,cuda:0, opencl, ...") {
        options.stop = &stop_requested;
        CLI::App& c = command(name, help, [&options, action] { return action(options); });
        c.add_option("--devices", options.devices, devices)->capture_default_str();
        c.add_flag("--json", options.json, "as JSON");
        add_settings_options(c, options);
        return c;
    }

    void devices() {
        device_command("devices", "the devices of this machine, and which of them sweeps use", devices_,
                       devices_command, "say what --devices would choose");
    }

    void selftest() {
        device_command("selftest", "whether ThreadX works on this machine: five checks", selftest_,
                       selftest_command)
            .footer("Exit status: 0 if no check failed, 1 if one did. What there is nothing to check on is "
                    "ABSENT, "
                    "and no success.");
    }

    void doctor() {
        device_command("doctor", "what this machine has, what of it works, and what to do about the rest",
                       doctor_, doctor_command)
            .footer("Exit status: 0 if nothing failed, 1 if anything did. What this machine does not have is "
                    "a note.\n"
                    "docs/TROUBLESHOOTING.md says more about what can go wrong.");
    }

    void profile() {
        CLI::App& c =
            device_command("profile", "what was measured on this machine's devices, and how fast they are",
                           profile_, profile_command, "only these: all, or a list as for sweeps");
        c.add_flag("--recalibrate", profile_.recalibrate,
                   "forget what is known of the devices, and measure each with a standard sweep");
        c.add_option("--precision", profile_.precision, "a list of those to show or measure")
            ->capture_default_str();
    }

    void monitor() {
        monitor_.stop = &stop_requested;
        add_monitor_options(command("monitor", "what processor, memory and GPUs do just now, and over time",
                                    [this] { return monitor_command(monitor_); }),
                            monitor_);
    }

    void bench() {
        bench_.stop = &stop_requested;
        CLI::App& c = command("bench", "how fast this machine sweeps",
                              [this] { return bench_part_ ? bench_part_() : bench_command(bench_); });
        c.add_option("workloads", bench_.workloads,
                     "what to measure (default: W1, W2, W3, W5, csv and store)");
        c.add_flag("--all", bench_.all, "everything");
        c.add_option(
            "--data", bench_.data,
            "BTC minutes for W1, W3 and csv, or their folder (default: [paths] data, else synthetic)");
        c.add_option("--runs", bench_.runs, "runs of each, of which the median is shown")
            ->capture_default_str();
        c.add_option("--devices", bench_.devices,
                     "a list: cpu, ids such as cuda:0, cuda or opencl for all of a kind, all, and auto: what "
                     "sweeps choose")
            ->capture_default_str();
        c.add_option("--workers", bench_.workers,
                     "CPU threads, a list (default: 1,all, or the workload's own)");
        c.add_option("--precision", bench_.precision, "a list: float64,float32")->capture_default_str();
        c.add_option("--instruction-set", bench_.instruction_set, "auto, or a list such as avx512,avx2")
            ->capture_default_str();
        c.add_option("--scenarios", bench_.scenarios, "only so many of each workload, to try it out");
        c.add_option("--bars", bench_.bars, "so many synthetic bars instead, to try it out");
        c.add_flag("--json", bench_.json, "as JSON");
        add_settings_options(c, bench_);
        c.footer(describe_workloads());
        bench_auto_profile(c);
        bench_placement(c);
        bench_crossover(c);
        bench_columns(c);
    }

    // A bench of its own: `threadx bench NAME`. The callback of `bench` itself comes after this one's.
    template <class Action>
    CLI::App& bench_part(CLI::App& bench, const std::string& name, const std::string& help,
                         CommonOptions& options, Action action) {
        options.stop = &stop_requested;
        CLI::App* added = bench.add_subcommand(name, help);
        added->callback([this, action] { bench_part_ = action; });
        added->add_flag("--json", options.json, "as JSON");
        add_settings_options(*added, options);
        return *added;
    }

    void bench_placement(CLI::App& bench) {
        PlacementBenchOptions& o = placement_bench_;
        CLI::App& c = bench_part(bench, "placement",
                                 "the time lost by placing work, against the best of many fixed shares", o,
                                 [&o] { return placement_bench_command(o); });
        c.add_option("--devices", o.devices, "two or more: all that can be used, or as for sweeps")
            ->capture_default_str();
        c.add_option("--runs", o.runs, "rounds, of which the median is shown")->capture_default_str();
        c.add_option("--seconds", o.seconds, "that the best placement is to take, a list")
            ->capture_default_str();
        c.add_option("--bars", o.bars, "of the sweep")->capture_default_str();
    }

    void bench_auto_profile(CLI::App& bench) {
        AutoProfileBenchOptions& o = auto_profile_bench_;
        CLI::App& c =
            bench_part(bench, "auto-profile",
                       "measures indicators and sweeps on every device, for the profiles, and shows what "
                       "these choose",
                       o, [&o] { return auto_profile_bench_command(o); });
        c.add_option("--devices", o.devices, "all that can be used, or as for sweeps")->capture_default_str();
        c.add_option("--sizes", o.sizes, "numbers of bars")->capture_default_str();
        c.add_option("--runs", o.runs, "of each, of which the median is shown")->capture_default_str();
    }

    void bench_crossover(CLI::App& bench) {
        CrossoverBenchOptions& o = crossover_bench_;
        CLI::App& c = bench_part(bench, "crossover", "from how much work on a device is faster than the CPU",
                                 o, [&o] { return crossover_bench_command(o); });
        c.add_option("--devices", o.devices, "cpu and others: all that can be used, or as for sweeps")
            ->capture_default_str();
        c.add_option("--bars", o.bars, "of each rung of the ladder")->capture_default_str();
        c.add_option("--scenarios", o.scenarios, "for each of these")->capture_default_str();
        c.add_option("--runs", o.runs, "of each, of which the median is shown")->capture_default_str();
    }

    void bench_columns(CLI::App& bench) {
        ColumnsBenchOptions& o = columns_bench_;
        CLI::App& c = bench_part(bench, "columns", "how long a column of each indicator takes, on one thread",
                                 o, [&o] { return columns_bench_command(o); });
        c.add_option("expressions", o.expressions,
                     "these instead of every indicator; one that uses the name 'length' is swept over it");
        c.add_option("--data", o.data, "bars (default: synthetic)");
        c.add_option("--bars", o.bars, "synthetic ones")->capture_default_str();
        c.add_option("--sweep-bars", o.sweep_bars, "that sweeps use, the first ones")->capture_default_str();
        c.add_option("--periods", o.periods, "lengths of a sweep, from 2 on")->capture_default_str();
        c.add_option("--runs", o.runs, "of each, of which the median is shown")->capture_default_str();
    }

    CLI::App& app_;
    std::function<int()>& chosen_;
    SweepOptions sweep_;
    SweepOptions walkforward_;
    ResumeOptions resume_;
    ShowOptions show_;
    std::filesystem::path hash_run_;
    ReportCommandOptions report_;
    RobustnessCommandOptions robustness_;
    BacktestOptions backtest_;
    ColumnOptions column_;
    SynthOptions synth_;
    StrategiesOptions strategies_;
    IndicatorsOptions indicators_;
    CommonOptions settings_;
    DevicesOptions devices_;
    SelftestOptions selftest_;
    DoctorOptions doctor_;
    ProfileCommandOptions profile_;
    MonitorOptions monitor_;
    BenchOptions bench_;
    std::function<int()> bench_part_;
    PlacementBenchOptions placement_bench_;
    CrossoverBenchOptions crossover_bench_;
    ColumnsBenchOptions columns_bench_;
    AutoProfileBenchOptions auto_profile_bench_;
};

std::vector<std::string> command_names(CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return names;
}

// " (did you mean '--out'?)" for the first option that the chosen command does not know.
std::string option_suggestion(CLI::App& app) {
    for (const CLI::App* command : app.get_subcommands()) {
        std::vector<std::string> known;
        for (const CLI::Option* option : command->get_options())
            for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
        for (const std::string& stray : command->remaining()) {
            const std::string near = nearest_name(stray, known);
            if (!near.empty()) return " (did you mean '" + near + "'?)";
        }
    }
    return "";
}

int run(int argc, char** argv) {
    CLI::App app("ThreadX: sweeps millions of backtests of a trading strategy.\n"
                 "Exit status: 0 done, 1 the job failed, 2 the input is wrong, 130 interrupted (resumable).",
                 "threadx");
    app.set_version_flag("--version", version_text());
    app.require_subcommand(1);
    std::function<int()> chosen;
    Commands commands(app, chosen);
    if (argc < 2) {
        std::fputs(app.help().c_str(), stderr);
        return exit_bad_input;
    }
    const std::string first = argv[1];
    const std::vector<std::string> names = command_names(app);
    if (first.rfind('-', 0) != 0 && std::find(names.begin(), names.end(), first) == names.end())
        throw InputError("unknown command '" + first + "'" + suggestion(first, names));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error); // --help, --version
        throw InputError(error.what() + option_suggestion(app) + "; see 'threadx " + first + " --help'");
    }
    std::signal(SIGINT, request_stop);
    std::signal(SIGTERM, request_stop);
    const int status = chosen();
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw IoError("cannot write to the standard output");
    return status;
}

int failed(const char* message, int status) {
    std::fprintf(stderr, "error: %s\n", message);
    return status;
}

} // namespace
} // namespace threadx

int main(int argc, char** argv) {
    try {
        threadx::set_up_log({});
        return threadx::run(argc, argv);
    } catch (const threadx::InputError& error) {
        return threadx::failed(error.what(), threadx::exit_bad_input);
    } catch (const std::bad_alloc&) {
        return threadx::failed(
            "out of memory; give columns less with --set optimization.performance.memory_budget=256MiB, "
            "or use fewer --workers; finished batches are stored",
            threadx::exit_failed);
    } catch (const std::exception& error) {
        return threadx::failed(error.what(), threadx::exit_failed);
    }
}
