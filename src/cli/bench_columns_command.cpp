// `threadx bench columns`: how long a column of each indicator takes.
#include <cstdio>

#include <fmt/format.h>

#include "base/error.hpp"
#include "bench/column_times.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "market/synthetic.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {
namespace {

void check_range(const char* option, long long value, long long most) {
    if (value < 1 || value > most)
        throw InputError(fmt::format("{} {}: expected a number from 1 to {}", option, value, most));
}

Bars bars_for(const ColumnsBenchOptions& options) {
    if (options.data.empty()) {
        SyntheticSettings settings;
        settings.bars = options.bars;
        return synthesize(settings);
    }
    DataSettings settings;
    settings.bars_per_year = 1.0; // no metric is computed
    return load_bars(options.data, settings, "--data").bars;
}

} // namespace

int columns_bench_command(const ColumnsBenchOptions& options) {
    check_range("--runs", options.runs, 1000);
    check_range("--bars", options.bars, 100'000'000);
    check_range("--sweep-bars", options.sweep_bars, 100'000'000);
    check_range("--periods", options.periods, 100'000);
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const KernelTable& kernels = choose_kernels(settings.performance.instruction_set);
    const Bars bars = bars_for(options);
    const std::optional<std::vector<ColumnTime>> times = measure_column_times(
        {bars, kernels, options.expressions, static_cast<std::uint64_t>(options.sweep_bars), options.periods,
         options.runs, options.stop});
    if (!times) return exit_interrupted;
    std::printf("%s%s",
                (options.json ? column_times_json(*times, kernels) : column_times_table(*times)).c_str(),
                options.json ? "\n" : "");
    return exit_done;
}

} // namespace threadx
