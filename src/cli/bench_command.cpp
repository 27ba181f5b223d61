// `threadx bench`: how fast this machine sweeps, by instruction set and number of workers.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "market/csv_writer.hpp"
#include "market/synthetic.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/runner.hpp"

namespace threadx {
namespace {

// 10,000 scenarios of bollinger_atr over as many bars as a month of minutes has; nothing is stored.
constexpr long long bench_bars = 45'031;
constexpr const char* bench_sweep = R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 109, step = 1 }
entry_z = { from = 1.0, to = 2.8, step = 0.2 }
atr_multiplier = { from = 1.0, to = 5.5, step = 0.5 }
[execution]
fee = 0.0005
slippage = 0.0001
)";

// Synthetic bars in a file that is removed at the end.
class TemporaryBars {
  public:
    TemporaryBars()
        : path_(std::filesystem::temp_directory_path() / fmt::format("threadx-bench-{}.csv", ::getpid())) {
        SyntheticSettings settings;
        settings.bars = bench_bars;
        write_bars_csv(path_, synthesize(settings));
    }
    ~TemporaryBars() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    TemporaryBars(const TemporaryBars&) = delete;
    TemporaryBars& operator=(const TemporaryBars&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// The median of the runs by seconds.
RunResult median_run(const PreparedSweep& sweep, IdRange range, const RunOptions& options, int runs) {
    std::vector<RunResult> results;
    for (int i = 0; i < runs; ++i)
        results.push_back(run_sweep(sweep, {range}, options, [](const RowBlock&) {}));
    const auto middle = results.begin() + static_cast<std::ptrdiff_t>(results.size() / 2);
    std::nth_element(results.begin(), middle, results.end(),
                     [](const RunResult& a, const RunResult& b) { return a.seconds < b.seconds; });
    return *middle;
}

} // namespace

int bench_command(const BenchOptions& options) {
    if (options.runs < 1) throw InputError(fmt::format("--runs {}: expected 1 or more", options.runs));
    if (options.scenarios < 1)
        throw InputError(fmt::format("--scenarios {}: expected 1 or more", options.scenarios));
    const TemporaryBars bars;
    const Settings settings = load_settings(options.settings, options.overrides);
    SweepRequest request;
    request.config_name = "bench";
    request.config_text = bench_sweep;
    const StrategyText strategy = find_strategy("bollinger_atr");
    request.strategy_name = strategy.name;
    request.strategy_text = strategy.text;
    request.data_file = bars.path();
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    if (!options.json)
        std::printf("%-10s %-8s %8s %9s %9s %12s %10s\n", "precision", "set", "workers", "seconds", "columns",
                    "simulation", "M bar-sc/s");
    for (const char* precision : {"float64", "float32"}) {
        request.overrides = {fmt::format("run.precision={}", precision)};
        const PreparedSweep sweep(request, settings);
        const IdRange range = {
            0, std::min(sweep.scenario_count(), static_cast<std::uint64_t>(options.scenarios))};
        for (const KernelTable* kernels : available_kernels()) {
            std::vector<std::size_t> workers = {1};
            if (settings.workers() > 1) workers.push_back(settings.workers());
            for (const std::size_t count : workers) {
                RunOptions run;
                run.workers = count;
                run.instruction_set = kernels->name;
                run.stop = options.stop;
                const RunResult result = median_run(sweep, range, run, options.runs);
                if (result.interrupted) return exit_interrupted;
                const double rate = static_cast<double>(result.scenarios) *
                                    static_cast<double>(sweep.data().bars.size()) / result.seconds;
                list.push_back({{"precision", precision},
                                {"instruction_set", kernels->name},
                                {"workers", count},
                                {"seconds", result.seconds},
                                {"column_seconds", result.column_seconds},
                                {"simulation_seconds", result.simulation_seconds},
                                {"bar_scenarios_per_second", rate}});
                if (!options.json)
                    std::printf("%-10s %-8s %8zu %9.3f %9.3f %12.3f %10.0f\n", precision, kernels->name,
                                count, result.seconds, result.column_seconds, result.simulation_seconds,
                                rate / 1e6);
                std::fflush(stdout);
            }
        }
    }
    if (options.json) std::printf("%s\n", list.dump(2).c_str());
    return exit_done;
}

} // namespace threadx
