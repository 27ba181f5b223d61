// One answer: a scenario's statistics have the same bits whatever computes them, and with whom.
#include <latch>
#include <numeric>
#include <thread>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "device/random_trial.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

std::vector<std::size_t> shuffled(Dice& dice, std::size_t count) {
    std::vector<std::size_t> order = everything(count);
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[dice.below(i)]);
    return order;
}

constexpr Precision precisions[] = {Precision::float64, Precision::float32};

} // namespace

TEST_CASE("every instruction set gives the same bits, in float64 and in float32") {
    CHECK(rc::check("instruction sets", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const Plan plan = trial.plan();
        RC_LOG(trial.text);
        for (const Precision precision : precisions) {
            const BatchResult scalar =
                trial.run(plan, trial.scenarios.batch, precision, *available_kernels().back());
            for (const KernelTable* kernels : available_kernels()) {
                const BatchResult result = trial.run(plan, trial.scenarios.batch, precision, *kernels);
                RC_LOG(kernels->name);
                RC_ASSERT(difference(scalar, result, everything(trial.scenarios.batch.count)) == "");
            }
        }
    }));
}

TEST_CASE("a scenario has the same bits alone, with any others, and in any order") {
    CHECK(rc::check("packings", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const Plan plan = trial.plan();
        const ScenarioBatch& batch = trial.scenarios.batch;
        const KernelTable& kernels = *available_kernels()[dice.below(available_kernels().size())];
        RC_LOG(trial.text);
        for (const Precision precision : precisions) {
            const BatchResult together = trial.run(plan, batch, precision, kernels);
            const std::vector<std::size_t> mixed = shuffled(dice, batch.count);
            RC_ASSERT(difference(together, trial.run(plan, selected(batch, mixed), precision, kernels),
                                 mixed) == "");
            for (const std::size_t i : {mixed[0], mixed[1], mixed[2]})
                RC_ASSERT(difference(together, trial.run(plan, selected(batch, {i}), precision, kernels),
                                     {i}) == "");
            const std::vector<std::size_t> some(mixed.begin(), mixed.begin() + 7);
            RC_ASSERT(
                difference(together, trial.run(plan, selected(batch, some), precision, kernels), some) == "");
        }
    }));
}

TEST_CASE("a ruin does not wait for what happens in the lanes beside it") {
    // the first scenario leaves with a debt at close(1) and has no signal after it; the second trades all the
    // time
    const Strategy strategy =
        parse_strategy("[params]\nbusy = 0.0\n[rules]\n"
                       "enter_long = \"volume == 1 or busy > 0\"\nexit_long = \"volume == 2 or busy > 0\"\n"
                       "[risk]\nsize = { equity = \"10 - 9 * busy\" }\n",
                       "s");
    Bars bars;
    for (int t = 0; t < 90; ++t) {
        const double price = t == 0 ? 100.0 : 97.0;
        for (auto* field : {&bars.open, &bars.high, &bars.low, &bars.close}) field->push_back(price);
        bars.volume.push_back(t + 1.0);
        bars.time.push_back(t);
    }
    Execution execution;
    execution.fill = "close";
    execution.leverage = 10.0;
    execution.slippage = 0.04;
    const Plan plan = make_plan(strategy, {{0, 2}}, 2, bars.size(), plenty);
    const ScenarioBatch both{2, 1, 1, {0.0, 1.0}, {0, 1}};
    for (const KernelTable* kernels : available_kernels()) {
        CAPTURE(kernels->name);
        CpuSimulator simulator(strategy, plan, bars, execution, Precision::float64, *kernels, 1);
        CpuSimulator::Worker worker(simulator);
        const Statistics alone = worker.run(selected(both, {0})).statistics[0];
        CHECK(alone.ruined == 1.0);
        CHECK(test::difference(alone, worker.run(both).statistics[0]) == "");
        CHECK(test::difference(alone, worker.record(both, 0)->statistics) == "");
    }
}

TEST_CASE("a recorded scenario has the bits of a swept one, whatever was recorded before") {
    CHECK(rc::check("recordings", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice, 12);
        const Plan plan = trial.plan(dice.chance(0.5) ? plenty : 0);
        const BatchResult swept = trial.run(plan, trial.scenarios.batch);
        CpuSimulator simulator(trial.strategy, plan, trial.bars, trial.execution, Precision::float64,
                               *available_kernels().front(), 1);
        CpuSimulator::Worker worker(simulator);
        RC_LOG(trial.text);
        for (const std::size_t i : shuffled(dice, trial.scenarios.batch.count)) {
            const std::optional<Recording> recording = worker.record(trial.scenarios.batch, i);
            RC_ASSERT(recording.has_value() == swept.valid[i]);
            if (!recording) continue;
            RC_ASSERT(recording->equity.size() == trial.bars.size());
            RC_ASSERT(same_bits(recording->equity.back(), recording->statistics.final_equity));
            RC_ASSERT(test::difference(recording->statistics, swept.statistics[i]) == "");
        }
        // and a sweep afterwards has the bits of a sweep before
        RC_ASSERT(difference(swept, worker.run(trial.scenarios.batch),
                             everything(trial.scenarios.batch.count)) == "");
    }));
}

TEST_CASE("the memory budget and the slices that it makes do not change a bit") {
    CHECK(rc::check("budgets", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const ScenarioBatch& batch = trial.scenarios.batch;
        const BatchResult rich = trial.run(trial.plan(), batch);
        RC_LOG(trial.text);
        for (const std::uint64_t budget : {std::uint64_t{0}, std::uint64_t{5'000}, std::uint64_t{100'000}})
            RC_ASSERT(difference(rich, trial.run(trial.plan(budget), batch), everything(batch.count)) == "");
    }));
}

TEST_CASE("threads that share columns and help each other give the bits of one thread, and compute each "
          "column once") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        Trial trial(dice, 64, false);
        trial.bars = random_bars(dice, 4000); // long enough that threads meet at a column
        const Plan plan = trial.plan();
        const ScenarioBatch& batch = trial.scenarios.batch;
        const KernelTable& kernels = *available_kernels().front();
        CpuSimulator alone(trial.strategy, plan, trial.bars, trial.execution, Precision::float64, kernels, 1);
        const BatchResult expected = CpuSimulator::Worker(alone).run(batch);
        CpuSimulator shared(trial.strategy, plan, trial.bars, trial.execution, Precision::float64, kernels,
                            4);
        std::vector<std::vector<std::size_t>> orders;
        const std::vector<std::size_t> order = shuffled(dice, batch.count);
        for (int i = 0; i < 4; ++i) orders.push_back(i < 3 ? order : shuffled(dice, batch.count));
        std::vector<BatchResult> results(orders.size());
        std::vector<std::thread> threads;
        std::latch ready(static_cast<std::ptrdiff_t>(orders.size()));
        for (std::size_t i = 0; i < orders.size(); ++i)
            threads.emplace_back([&, i] {
                CpuSimulator::Worker worker(shared);
                const ScenarioBatch own = selected(batch, orders[i]);
                ready.arrive_and_wait();
                results[i] = worker.run(own);
                worker.help();
            });
        CpuSimulator::Worker(shared).help(); // a worker that never has a batch of its own
        for (std::thread& thread : threads) thread.join();
        for (std::size_t i = 0; i < orders.size(); ++i)
            CHECK(difference(expected, results[i], orders[i]) == "");
        CHECK(shared.kept_columns_computed() == alone.kept_columns_computed());
    }
}

TEST_CASE("random strategies trade, are ruined, rejected and left open often enough to mean something") {
    int trades = 0;
    int ruined = 0;
    int rejected = 0;
    int open = 0;
    int scenarios = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Dice dice(seed);
        const Trial trial(dice, 10);
        const BatchResult result = trial.run(trial.plan(), trial.scenarios.batch);
        for (std::size_t i = 0; i < result.statistics.size(); ++i) {
            if (!result.valid[i]) continue;
            ++scenarios;
            trades += result.statistics[i].trades > 0.0 ? 1 : 0;
            ruined += result.statistics[i].ruined != 0.0 ? 1 : 0;
            rejected += result.statistics[i].rejected > 0.0 ? 1 : 0;
            open += result.statistics[i].open_quantity != 0.0 ? 1 : 0;
        }
    }
    CHECK(scenarios > 800);
    CHECK(trades > 300);
    CHECK(ruined > 10);
    CHECK(rejected > 50);
    CHECK(open > 50);
}
