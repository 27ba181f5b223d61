// `threadx synth`: realistic bars without a data vendor.
#include <cstdio>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "market/csv_writer.hpp"
#include "market/synthetic.hpp"
#include "market/time_text.hpp"

namespace threadx {

int synth_command(const SynthOptions& options) {
    SyntheticSettings settings;
    settings.bars = options.bars;
    settings.seed = options.seed;
    settings.start_price = options.price;
    settings.annual_volatility = options.volatility;
    settings.annual_drift = options.drift;
    settings.tick = options.tick;
    const auto period = parse_duration(options.bar);
    if (!period || *period <= 0)
        throw InputError(fmt::format("--bar {}: expected a length such as 1m, 15m, 1h or 1d", options.bar));
    settings.period_ns = *period;
    const auto start = parse_time(options.start);
    if (!start)
        throw InputError(fmt::format("--start {}: expected a time such as 2022-01-01", options.start));
    settings.start_time = *start;
    const Bars bars = synthesize(settings);
    if (options.out.empty()) {
        const std::string text = bars_csv(bars);
        std::fwrite(text.data(), 1, text.size(), stdout);
    } else {
        write_bars_csv(options.out, bars);
        spdlog::info("{} bars of {} -> {}", with_thousands(bars.size()), options.bar, options.out);
    }
    return exit_done;
}

} // namespace threadx
