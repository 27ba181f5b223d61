// Signals that the simulation makes from a series and a scalar of each scenario have the bits of stored ones.
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "device/backtests.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

// One rule for each way to compare a series with a scalar or a band; n makes the lanes' series differ. The
// last have bands that are often undefined or infinite.
constexpr const char* rules[] = {
    "crossover(close, a)",
    "crossunder(close, a)",
    "close < a",
    "a < close",
    "crossover(b, sma(close, n))",
    "crossunder(sma(close, n), b)",
    "sma(close, n) < min(a, b)",
    "b < sma(close, n)",
    "crossover(sma(close, n), -a)",
    "close > -b",
    "close > sma(close, n) + a * stdev(close, n)",
    "close < sma(close, n) - stdev(close, n) * b",
    "crossunder(close, sma(close, n) - a * stdev(close, n))",
    "crossover(close, a * stdev(close, n) + low)",
    "crossunder(sma(close, n), b * (close - open) + high)",
    "high > (a - b) * (close - open) + low",
    "crossover(close, low / (close - open) + b * (1 / (high - close)))",
    "crossunder(low, close * 1e300 * 1e300 * (close - open) - a * (1e300 * close * close))",
    "close < close * 1e300 * 1e300 * (close - open) - a * (1e300 * 1e300 * (high - close))",
    "low > open + b * (1e300 * 1e300 * (close - open))"};

std::string random_rules(Dice& dice) {
    const auto rule = [&] { return "\"" + std::string(rules[dice.below(std::size(rules))]) + "\"\n"; };
    return "[params]\na = { default = 1.0, min = -1e9, max = 1e9 }\nb = { default = 1.0, min = -1e9, max = "
           "1e9 }\n"
           "n = { default = 3, min = 1, max = 99, kind = \"int\" }\n[rules]\nenter_long = " +
           rule() + "exit_long = " + rule() + "enter_short = " + rule() + "exit_short = " + rule();
}

// Levels at closes (ties are the hard case), between them, far away and undefined.
double random_level(Dice& dice, const Bars& bars) {
    const double close = bars.close[dice.below(bars.size())];
    switch (dice.below(10)) {
    case 0: return undefined;
    case 1: return -close;
    case 2: return dice.pick({0.0, 1e8, -1e8, infinite, -infinite});
    case 3: return close + 0.005;
    case 4:
    case 5: return dice.between(-2.0, 2.0); // scales of bands
    default: return close;
    }
}

ScenarioBatch random_batch(Dice& dice, const Bars& bars, std::size_t count) {
    ScenarioBatch batch{count, 3, 3, {}, {}};
    const bool alike = dice.chance(0.5); // lanes of a pack then share their series
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t level = alike ? 0 : dice.below(3);
        batch.parameters.insert(batch.parameters.end(), {random_level(dice, bars), random_level(dice, bars),
                                                         std::array{3.0, 1.0, 17.0}[level]});
        batch.levels.insert(batch.levels.end(), {0, 0, level});
    }
    return batch;
}

} // namespace

TEST_CASE("levels compared in the simulation give the bits of stored signals") {
    CHECK(rc::check("levels", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::string text = random_rules(dice);
        const Strategy strategy = parse_strategy(text, "s");
        const Bars bars = random_bars(dice, 1 + dice.below(300));
        const ScenarioBatch batch = random_batch(dice, bars, 21);
        const Plan compared = make_plan(strategy, {{0, 0}, {1, 0}, {2, 3}}, 1000, bars.size(), plenty);
        Plan stored = compared;
        stored.levels = {};
        for (const auto& level : compared.levels) RC_ASSERT(level.has_value());
        const Execution execution = random_execution(dice);
        RC_LOG(text);
        for (const Precision precision : {Precision::float64, Precision::float32})
            for (const KernelTable* kernels : available_kernels()) {
                const auto run = [&](const Plan& plan) {
                    CpuSimulator simulator(strategy, plan, bars, execution, precision, *kernels, 1);
                    return CpuSimulator::Worker(simulator).run(batch);
                };
                const BatchResult a = run(compared);
                const BatchResult b = run(stored);
                RC_LOG(kernels->name);
                for (std::size_t i = 0; i < batch.count; ++i)
                    RC_ASSERT(difference(a.statistics[i], b.statistics[i]) == "");
            }
    }));
}

TEST_CASE("a recording has the bits of a sweep that compares levels") {
    const Strategy strategy = parse_strategy(
        "[params]\na = 100.0\n[rules]\nenter_long = \"crossover(close, a)\"\nexit_long = \"close < a\"\n",
        "s");
    Dice dice(5);
    const Bars bars = random_bars(dice, 500);
    const Plan plan = make_plan(strategy, {{0, 0}}, 1000, bars.size(), plenty);
    REQUIRE(plan.levels[0]);
    REQUIRE(plan.levels[1]);
    const ScenarioBatch batch{3, 1, 1, {100.0, 100.2, 99.5}, {0, 0, 0}};
    CpuSimulator simulator(strategy, plan, bars, {}, Precision::float64, *available_kernels().front(), 1);
    CpuSimulator::Worker worker(simulator);
    const BatchResult swept = worker.run(batch);
    for (std::size_t i = 0; i < batch.count; ++i) {
        CAPTURE(i);
        CHECK(swept.statistics[i].trades > 3.0);
        CHECK(difference(worker.record(batch, i)->statistics, swept.statistics[i]) == "");
    }
}
