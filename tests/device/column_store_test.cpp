// Columns in memory: kept ones are computed once, by whichever thread comes first.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "device/backtests.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

const std::string two_averages =
    "[params]\nn = { default = 5, kind = \"int\" }\nm = { default = 7, kind = \"int\" }\n"
    "k = 1.0\n[rules]\nenter_long = \"sma(close, n) > k * sma(close, m)\"\n";

} // namespace

TEST_CASE("a kept column is computed once for each level, whatever the order of the scenarios") {
    const Strategy strategy = parse_strategy(two_averages, "s");
    Dice dice(1);
    const Bars bars = random_bars(dice, 200);
    const Plan plan = make_plan(strategy, {{0, 3}, {1, 4}}, 12, bars.size(), plenty);
    CpuSimulator simulator(strategy, plan, bars, {}, Precision::float64, *available_kernels().front(), 1);
    ScenarioBatch batch{12, 3, 2, {}, {}};
    for (std::uint64_t i = 0; i < 12; ++i) {
        batch.levels.insert(batch.levels.end(), {i % 3, i / 3});
        batch.parameters.insert(batch.parameters.end(),
                                {static_cast<double>(2 + i % 3), static_cast<double>(9 + i / 3), 1.0});
    }
    CpuSimulator::Worker worker(simulator);
    worker.run(batch);
    std::uint64_t needed = 0;
    for (const PlannedColumn& column : plan.columns) needed += column.kept ? column.count : 0;
    CHECK(simulator.kept_columns_computed() == needed);
    worker.run(batch);
    CHECK(simulator.kept_columns_computed() == needed);
}

TEST_CASE("a column that belongs to a continuum is that of the scenario that is asked for") {
    const Strategy strategy = parse_strategy(two_averages, "s");
    Dice dice(2);
    const Bars bars = random_bars(dice, 130);
    const Plan plan = make_plan(strategy, {{2, 0}}, 2, bars.size(), plenty);
    const int signal = plan.signals[0];
    ScenarioBatch batch{2, 3, 1, {5.0, 7.0, 0.5, 5.0, 7.0, 2.0}, {0, 0}}; // k = 0.5: always; k = 2: never
    CpuSimulator simulator(strategy, plan, bars, {}, Precision::float64, *available_kernels().front(), 1);
    CpuSimulator::Worker worker(simulator);
    CHECK(worker.column(signal, batch, 0).bits[1] == ~std::uint64_t{0});
    CHECK(worker.column(signal, batch, 1).bits[1] == 0);
    CHECK(worker.column(signal, batch, 0).bits[1] == ~std::uint64_t{0});
    CHECK(worker.record(batch, 1)->statistics.open_quantity == 0.0);
    CHECK(worker.record(batch, 0)->statistics.open_quantity > 0.0);
    CHECK(worker.run(selected(batch, {1})).statistics[0].open_quantity == 0.0);
}

TEST_CASE("a scenario that cannot run is told, and the others are not disturbed") {
    const Strategy strategy =
        parse_strategy("[params]\nn = { default = 5, kind = \"int\" }\n[rules]\nenter_long = "
                       "\"close > sma(close, n - 3)\"\n",
                       "s");
    Dice dice(3);
    const Bars bars = random_bars(dice, 100);
    const Plan plan = make_plan(strategy, {{0, 3}}, 3, bars.size(), plenty);
    CpuSimulator simulator(strategy, plan, bars, {}, Precision::float64, *available_kernels().front(), 1);
    CpuSimulator::Worker worker(simulator);
    const ScenarioBatch batch{3, 1, 1, {5.0, 3.0, 9.0}, {0, 1, 2}};
    const BatchResult result = worker.run(batch);
    CHECK(result.valid == std::vector<bool>{true, false, true});
    CHECK_FALSE(worker.record(batch, 1));
    CHECK(difference(worker.record(batch, 2)->statistics, result.statistics[2]) == "");
}
