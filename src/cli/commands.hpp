// The commands of the program. Each returns the exit status, and throws what goes wrong.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace threadx {

enum ExitStatus : int { exit_done = 0, exit_failed = 1, exit_bad_input = 2, exit_interrupted = 130 };

struct CommonOptions {
    std::optional<std::filesystem::path> settings;
    std::vector<std::string> overrides; // --set
    const std::atomic<bool>* stop = nullptr;
    bool json = false;
};

struct SweepOptions : CommonOptions {
    std::filesystem::path config;
    std::string data;
    std::string out;
    std::string devices = "auto";
    std::string balance;
    std::string precision;
    std::string range;
    long long workers = 0;
    bool force = false;
    bool explain = false;
};
int sweep_command(const SweepOptions& options);
int walkforward_command(const SweepOptions& options);

struct ResumeOptions : CommonOptions {
    std::filesystem::path run;
    std::string devices = "auto";
    std::string balance;
    long long workers = 0;
};
int resume_command(const ResumeOptions& options);

struct ShowOptions {
    std::filesystem::path run;
    long long top = 10;
    std::string by = "sharpe";
    std::string format = "table";
    bool all = false;
    bool overfitting = false;
    bool ascending = false;
    bool descending = false;
};
int show_command(const ShowOptions& options);

int hash_command(const std::filesystem::path& run);

// A page about a run, or its rows in a file.
struct ReportCommandOptions : CommonOptions {
    std::filesystem::path run;
    std::string out; // empty: in the run's directory
    std::string format = "html";
    long long top = 5; // scenarios with curves and trades
    std::string by = "sharpe";
};
int report_command(const ReportCommandOptions& options);

struct RobustnessCommandOptions : CommonOptions {
    std::filesystem::path run;
    long long top = 20;
    std::string by = "sharpe";
    std::vector<unsigned long long> ids; // instead of the top
    long long simulations = 10'000;
    unsigned long long seed = 42;
    std::string devices = "auto";
    std::string balance;
    long long workers = 0;
};
int robustness_command(const RobustnessCommandOptions& options);

struct BacktestOptions {
    std::string strategy;
    std::filesystem::path data;
    std::vector<std::string> parameters; // name=value
    std::vector<std::string> execution;  // key=value
    std::string resample;
    double bars_per_year = 0.0;
    std::string trades; // files to write
    std::string equity;
    std::string format = "table";
};
int backtest_command(const BacktestOptions& options);

struct ColumnOptions : CommonOptions {
    std::vector<std::string> expressions;
    std::filesystem::path data;
    std::string resample;
    std::string out;
    std::string devices = "auto";
    bool explain = false;
};
int column_command(const ColumnOptions& options);

struct SynthOptions {
    long long bars = 50000;
    std::string bar = "1m";
    unsigned long long seed = 42;
    double price = 100.0;
    double volatility = 0.6;
    double drift = 0.0;
    double tick = 0.01;
    std::string start = "2022-01-01";
    std::string out;
};
int synth_command(const SynthOptions& options);

struct StrategiesOptions {
    std::string name;
    bool json = false;
};
int strategies_command(const StrategiesOptions& options);

// The vocabulary of the rule language.
struct IndicatorsOptions {
    std::string name; // empty: all of them
    bool json = false;
    bool markdown = false;
};
int indicators_command(const IndicatorsOptions& options);

struct BenchOptions : CommonOptions {
    std::vector<std::string> workloads; // by name; empty: those that take seconds
    bool all = false;
    std::string data;            // file or folder of the BTC minutes
    int runs = 3;                // of which the median is shown
    std::string devices = "cpu"; // a list of ids and kinds, or "all", or "auto"
    std::string workers;         // empty: as the workload says
    std::string precision = "float64";
    std::string instruction_set = "auto";
    long long scenarios = 0; // only so many of each workload; 0 = all
    long long bars = 0;      // synthetic ones instead of the workload's; 0 = as it says
};
int bench_command(const BenchOptions& options);
std::string describe_workloads();

// `threadx bench placement`: the dispatcher against the best fixed shares.
struct PlacementBenchOptions : CommonOptions {
    std::string devices = "all";
    int runs = 3; // rounds
    std::string seconds = "2,0.2";
    long long bars = 20'000;
};
int placement_bench_command(const PlacementBenchOptions& options);

// `threadx bench auto-profile`: indicators and sweeps on every device, and what the profiles then choose.
struct AutoProfileBenchOptions : CommonOptions {
    std::string devices = "all";
    std::vector<long long> sizes = {1'000, 10'000, 100'000}; // bars
    int runs = 5;
};
int auto_profile_bench_command(const AutoProfileBenchOptions& options);

// `threadx bench columns`: how long a column of each indicator takes, on one thread.
struct ColumnsBenchOptions : CommonOptions {
    std::vector<std::string> expressions; // empty: every indicator
    std::string data;                     // empty: synthetic bars
    long long bars = 1'000'000;           // synthetic ones
    long long sweep_bars = 100'000;
    int periods = 1'000;
    int runs = 3;
};
int columns_bench_command(const ColumnsBenchOptions& options);

// `threadx bench crossover`: the CPU and other devices at a ladder of sizes.
struct CrossoverBenchOptions : CommonOptions {
    std::string devices = "all";
    std::vector<long long> bars = {500, 5'000, 50'000};
    std::vector<long long> scenarios = {10, 100, 1'000, 10'000};
    int runs = 3;
};
int crossover_bench_command(const CrossoverBenchOptions& options);

// The devices of this machine, and which of them a sweep would use.
struct DevicesOptions : CommonOptions {
    std::string devices = "auto";
};
int devices_command(const DevicesOptions& options);

// Whether ThreadX works here. exit_failed if a check fails.
struct SelftestOptions : CommonOptions {
    std::string devices = "all"; // that can be used
};
int selftest_command(const SelftestOptions& options);

// What there is on this machine, and what of it does not work. exit_failed if anything failed.
struct DoctorOptions : CommonOptions {
    std::string devices = "all"; // that can be used
};
int doctor_command(const DoctorOptions& options);

// What the machine does just now.
struct MonitorOptions : CommonOptions {
    bool once = false;
    std::string csv;               // file to write, "-" for the standard output; empty: none
    std::optional<int> prometheus; // port to serve at
    std::string address = "127.0.0.1";
    double interval = 0.5;   // seconds
    double duration = 0.0;   // seconds; 0: until it is stopped
    long long history = 120; // samples
};
int monitor_command(const MonitorOptions& options);

// What was measured on this machine's devices.
struct ProfileCommandOptions : CommonOptions {
    std::string devices = "all"; // a list as for sweeps, or every one that can be used
    std::string precision = "float64,float32";
    bool recalibrate = false;
};
int profile_command(const ProfileCommandOptions& options);

// The settings in force.
int settings_command(const CommonOptions& options);

} // namespace threadx
