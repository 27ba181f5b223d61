// Columns in memory: kept ones are computed once, by whichever thread comes first.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "device/backtests.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

const std::string two_averages =
    "[params]\nn = { default = 5, kind = \"int\" }\nm = { default = 7, kind = \"int\" }\n"
    "k = 1.0\n[rules]\nenter_long = \"ema(close, n) > k * ema(close, m)\"\n";

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
    const BatchResult first = worker.run(batch);
    std::uint64_t needed = 0;
    for (const PlannedColumn& column : plan.columns) needed += column.kept ? column.count : 0;
    CHECK(simulator.kept_columns_computed() == needed);
    CHECK(first.kept_column_seconds > 0.0); // so that nobody takes them for what a batch costs
    CHECK(first.kept_column_seconds <= first.column_seconds);
    CHECK(worker.run(batch).kept_column_seconds == 0.0);
    CHECK(simulator.kept_columns_computed() == needed);
}

TEST_CASE(
    "a scan takes its neighbours along, where the plan knows their lengths, and they are the same bits") {
    const Strategy strategy = parse_strategy(two_averages, "s");
    Dice dice(5);
    const Bars bars = random_bars(dice, 200);
    const std::vector<double> lengths = {5.0, 7.0,  0.0,   2.5, 300.0,
                                         1.0, 11.0, 200.0, 6.0, 8.0}; // two are none
    const auto sweep = [&](std::vector<double> known, const std::vector<std::uint64_t>& levels) {
        const Plan plan =
            make_plan(strategy, {{0, lengths.size(), std::move(known)}}, 100, bars.size(), plenty);
        CpuSimulator simulator(strategy, plan, bars, {}, Precision::float64, *available_kernels().front(), 1);
        CpuSimulator::Worker worker(simulator);
        ScenarioBatch batch{levels.size(), 3, 1, {}, levels};
        for (const std::uint64_t level : levels)
            batch.parameters.insert(batch.parameters.end(), {lengths[level], 7.0, 1.0});
        BatchResult result = worker.run(batch);
        return std::pair(std::move(result), simulator.kept_columns_computed());
    };
    // for one scenario: ema(close, 7), k times it, its own average, and the signal
    CHECK(sweep({}, {0}).second == 4);
    CHECK(sweep(lengths, {0}).second == 4 + 5); // 7, 300, 1, 11, 200; not 0 and 2.5, and not the next eight
    CHECK(sweep(lengths, {9}).second == 4 + 1);
    const std::vector<std::uint64_t> all = {0, 1, 4, 5, 6, 7, 8, 9, 0, 9};
    const BatchResult expected = sweep({}, all).first;
    const BatchResult found = sweep(lengths, all).first;
    for (std::size_t i = 0; i < all.size(); ++i)
        CHECK(difference(expected.statistics[i], found.statistics[i]) == "");
}

TEST_CASE("the work of a kept column counts scans by groups, and numbers for more than truths") {
    const Strategy strategy = parse_strategy(two_averages, "s");
    const std::vector<double> lengths = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    const Plan known = make_plan(strategy, {{0, lengths.size(), lengths}}, 100, 200, plenty);
    const Plan unknown = make_plan(strategy, {{0, lengths.size(), {}}}, 100, 200, plenty);
    double all = 0.0;
    for (std::size_t i = 0; i < known.columns.size(); ++i) {
        const KeptColumnWork work = kept_column_work(known, known.columns[i]);
        const KeptColumnWork one_by_one = kept_column_work(unknown, unknown.columns[i]);
        const bool swept_scan = known.columns[i].kernel >= 0 && known.columns[i].combinations == 10;
        CHECK(work.groups == (swept_scan ? 2.0 : static_cast<double>(known.columns[i].combinations)));
        CHECK(one_by_one.groups == static_cast<double>(known.columns[i].combinations));
        CHECK((one_by_one.items > work.items) == swept_scan);
        if (known.columns[i].boolean) CHECK(work.items == work.groups * 200.0);
        all += work.items;
    }
    CHECK(kept_column_items(known) == all);
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
                       "\"close > ema(close, n - 3)\"\n",
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

TEST_CASE("what another thread is computing is left out when columns are prepared, and nothing else is") {
    const Strategy strategy = parse_strategy(two_averages, "s");
    Dice dice(6);
    const Bars bars = random_bars(dice, 200);
    const Plan plan = make_plan(strategy, {{0, 2}, {1, 2}}, 4, bars.size(), plenty);
    const BarColumns fields(bars, {false, false});
    KeptColumns kept(plan);
    ColumnReader reader(strategy.graph, plan, fields, *available_kernels().front(), kept);
    const std::vector<double> parameters = {5.0, 7.0, 1.0};
    const std::vector<std::uint64_t> levels = {0, 1};
    const ScenarioPoint point{parameters, levels, 0};
    const int signal = plan.signals[0];
    REQUIRE(plan.columns[static_cast<std::size_t>(signal)].inputs.size() == 2);
    const auto taken = static_cast<std::size_t>(plan.columns[static_cast<std::size_t>(signal)].inputs[0]);
    REQUIRE(plan.columns[taken].kept);
    REQUIRE(plan.columns[taken].axes.size() == 1);
    const std::uint64_t key = levels[static_cast<std::size_t>(plan.columns[taken].axes[0])];

    REQUIRE(kept.try_claim(taken, key)); // as another thread would
    CHECK_FALSE(reader.prepare(signal, point));
    const std::uint64_t others = kept.computed();
    CHECK(others >= 1); // what the signal needs beside it
    CHECK_FALSE(reader.prepare(signal, point));
    CHECK(kept.computed() == others);
    kept.give_back(taken, key);
    CHECK(reader.prepare(signal, point));
    CHECK(kept.computed() > others + 1);
    const std::uint64_t all = kept.computed();
    CHECK(reader.prepare(signal, point));
    reader.get(signal, point);
    CHECK(kept.computed() == all);
    CHECK_FALSE(kept.all_computed());
}
