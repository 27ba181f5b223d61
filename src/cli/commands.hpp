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

struct ResumeOptions : CommonOptions {
    std::filesystem::path run;
    long long workers = 0;
};
int resume_command(const ResumeOptions& options);

struct ShowOptions {
    std::filesystem::path run;
    long long top = 10;
    std::string by = "sharpe";
    std::string format = "table";
    bool all = false;
    bool ascending = false;
    bool descending = false;
};
int show_command(const ShowOptions& options);

int hash_command(const std::filesystem::path& run);

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

struct ColumnOptions {
    std::string expression;
    std::filesystem::path data;
    std::string resample;
    std::string out;
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
int indicators_command(bool json);

struct BenchOptions : CommonOptions {
    int runs = 3;                // of which the median is shown
    long long scenarios = 10000; // of the benchmark's 10,000
};
int bench_command(const BenchOptions& options);

// The settings in force.
int settings_command(const CommonOptions& options);

} // namespace threadx
