#include "device/known_answer.hpp"

#include <cstring>
#include <limits>

#include "base/sha256.hpp"
#include "market/synthetic.hpp"

namespace threadx {
namespace {

constexpr const char* strategy_text = R"toml(
[params]
n = { default = 10, min = 0, max = 60, kind = "int" }
k = { default = 1.0, min = 0.1, max = 5.0 }
hold = { default = 20, min = 0, max = 100, kind = "int" }
share = { default = 0.5, min = 0.0, max = 8.0 }
[let]
mid = "ema(close, n)"
busy = "volume > sma(volume, n + 2) or not (rsi(close, 9) < 50 + k)"
wide = "max(high - low, abs(close - nz(close[1], open))) / sqrt(close)"
[rules]
enter_long = "crossover(close, mid + k * stdev(close, n)) and busy"
exit_long = "close < mid[2] or close <= lowest(low, n)[1]"
enter_short = "crossunder(close, sum(close, n) / n - k * atr(n)) and wide != 0"
exit_short = "min(close, open) > highest(high, 5)[1] - k / 100"
[risk]
stop_distance = "k * atr(n)"
target_distance = "2 * k * stdev(close, 20) + wide / 10"
trailing = true
max_hold = "hold"
spacing = "min(n, 3)"
size = { equity = "share" }
)toml";

constexpr std::size_t bar_count = 700;
constexpr std::size_t scenario_count = 60;

} // namespace

KnownSweep::KnownSweep() : strategy(parse_strategy(strategy_text, "known answer")) {
    bars =
        synthesize({.bars = bar_count, .period_ns = 3'600'000'000'000, .annual_volatility = 20.0, .seed = 7});
    execution = {.capital = 10000.0,
                 .fee = 0.0004,
                 .slippage = 0.0002,
                 .leverage = 4.0,
                 .ambiguity = "nearest_to_open"};
    const std::vector<double> lengths = {0.0, 2.0, 5.0, 9.0, 14.0};
    const std::vector<Axis> axes = {{0, lengths.size(), lengths}, {1, 0, {}}};
    plan = make_plan(strategy, axes, scenario_count, bar_count, std::uint64_t{1} << 30U);
    scope = {.windows = {{0, bar_count}, {101, bar_count - 60}}, .blocks = 5};
    batch.count = scenario_count;
    batch.parameter_count = strategy.parameters.size();
    batch.axis_count = axes.size();
    for (std::size_t i = 0; i < scenario_count; ++i) {
        const std::size_t level = i % lengths.size();
        batch.levels.insert(batch.levels.end(), {level, 0});
        batch.parameters.insert(batch.parameters.end(),
                                {lengths[level], 0.25 + 0.0625 * static_cast<double>(i % 37),
                                 static_cast<double>(i % 3 * 11), 0.125 * static_cast<double>(i % 29)});
    }
}

std::string hash_of(const BatchResult& result) {
    Sha256 hash;
    const std::size_t windows = result.statistics.size() / result.valid.size();
    const std::size_t sums = result.block_sums.size() / result.valid.size();
    std::vector<double> values;
    for (std::size_t i = 0; i < result.valid.size(); ++i) {
        hash.update(result.valid[i] ? "+" : "-");
        if (!result.valid[i]) continue;
        values.resize(windows * statistic_count);
        std::memcpy(values.data(), &result.statistics[i * windows], values.size() * sizeof(double));
        const auto first = result.block_sums.begin() + static_cast<std::ptrdiff_t>(i * sums);
        values.insert(values.end(), first, first + static_cast<std::ptrdiff_t>(sums));
        for (double& value : values)
            if (value != value) value = std::numeric_limits<double>::quiet_NaN();
        hash.update(std::as_bytes(std::span(values)));
    }
    return hash.hex_digest();
}

std::string_view known_hash(Precision precision) {
    return precision == Precision::float64
               ? "805d7a64bd8adeed4f433a8606d55d166c76e333ed1675d02c9b6f949e8bc7f8"
               : "e5e53430968259f6b971f510ec2f537125efcd6f9709ea7ec56840a449f995b7";
}

} // namespace threadx
