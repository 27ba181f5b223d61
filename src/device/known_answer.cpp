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

// What a device can do wrong in the kernels of indicators it does wrong in all that are alike: these are at
// least one for each file of kernel text that kernels share (sums of windows, extremes, ranks, mathematical
// functions), for each way to walk over a window, and for each kind of state that a scan keeps. The tests
// compare every indicator on every device there is.
constexpr const char* column_texts[] = {
    // sums over windows, in double-double arithmetic, and what is made of them
    "stdev(close, 9)", "variance(volume, 30)", "covariance(high, low, 12)", "correlation(close, volume, 10)",
    "linreg(close, 14)", "linreg_slope(volume, 40)", "wma(close, 7)", "wma(high, 35)", "trima(close, 6)",
    "trima(low, 37)", "cci(14)", "cmf(9)", "vortex(6).plus", "mavp(close, volume / 1000, 2, 20)",
    "alma(close)",
    // extremes and order
    "highest(high, 20)", "lowestbars(low, 9)", "maxindex(high, 12)", "aroon(7).up", "median(close, 8)",
    "percentile_linear_interpolation(close, 11, 30)", "percentile_nearest_rank(volume, 10, 75)",
    "percentrank(close, 20)", "mode(close, 6)", "midpoint(close, 8)", "stochf(5, 3).k", "wpr(9)",
    // scans
    "ema(close, 5)", "rsi(close, 14)", "kama(close, 10)", "supertrend(5, 1.5).line", "sar()", "adx(7)",
    "dx(5)", "plus_di(4)", "natr(6)", "linreg(low, 40)", "stochrsi(close, 9).k", "lowest(low, 9)",
    "mama(close).fama", "ht_sine(close).leadsine", "ht_trendmode(close)", "cum(volume)", "macd(close).signal",
    "accdist()", "adosc(3, 10)", "ha().high", "kc(5, 9).upper", "massi(5, 9)", "t3(close, 3)",
    "tsi(close, 9, 4)", "vwap(close)", "dema(close, 6)", "tema(close, 5)", "trix(close, 4)", "plus_dm(5)",
    "barssince(close > high[1])", "valuewhen(close > high[1], low, 2)",
    // mathematical functions
    "exp(close / high)", "log(volume + 1)", "log10(close)", "sin(volume)", "cos(close)", "tan(open)",
    "asin(low / high)", "acos(low / high)", "atan(close - open)", "sinh(close / high)", "cosh(close / high)",
    "tanh(close - open)", "floor(close)", "ceil(volume)",
    // holes: a window waits until it is full, a scan passes over them
    "sma(iff(close > open, close, 0 / 0), 2)", "rma(iff(close > open, close, 0 / 0), 5)",
    "median(iff(close > open, close, 0 / 0), 3)"};

constexpr std::size_t bar_count = 700;
constexpr std::size_t column_bars = 150; // the longest warm-up and more
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
    const Statistics nothing;
    for (std::size_t i = 0; i < result.statistics.size(); ++i) {
        const Statistics& statistics = result.valid[i] ? result.statistics[i] : nothing;
        double values[statistic_count];
        std::memcpy(values, &statistics, sizeof values);
        for (double& value : values)
            if (value != value) value = std::numeric_limits<double>::quiet_NaN();
        hash.update(result.valid[i] ? "+" : "-");
        hash.update(std::as_bytes(std::span(values)));
    }
    return hash.hex_digest();
}

KnownColumns::KnownColumns(const Bars& all) : bars(column_bars) {
    std::vector<NodeId> nodes;
    for (const char* text : column_texts) nodes.push_back(parse_expression(graph, text));
    plan = make_columns_plan(graph, nodes, bars);
    const BarValues<double>* fields[] = {&all.open, &all.high, &all.low, &all.close, &all.volume};
    for (std::size_t i = 0; i < std::size(fields); ++i)
        series[i] = std::span<const double>(*fields[i]).first(bars);
}

std::string hash_of(std::span<const ColumnView> columns, std::size_t bars) {
    Sha256 hash;
    std::vector<double> values(bars);
    for (const ColumnView& column : columns) {
        for (std::size_t t = 0; t < bars; ++t) {
            const double value = column.numbers[t];
            values[t] = value != value ? std::numeric_limits<double>::quiet_NaN() : value;
        }
        hash.update(std::as_bytes(std::span(values)));
    }
    return hash.hex_digest();
}

std::string_view known_columns_hash() {
    return "5ae8f216a7abb86c7b04a62cb84555ff41031a6d638f461ec48483161c313a27";
}

std::string_view known_hash(Precision precision) {
    return precision == Precision::float64
               ? "d391b41740b07f2d4dc68ecf16b0b0b4eee64778b9491ac2bec674d54b0a6df5"
               : "e5e53430968259f6b971f510ec2f537125efcd6f9709ea7ec56840a449f995b7";
}

} // namespace threadx
