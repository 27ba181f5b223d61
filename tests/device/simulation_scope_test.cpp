// Windows of bars, and returns by block of time.
#include <cmath>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "device/random_trial.hpp"

using namespace threadx;
using namespace threadx::test;

TEST_CASE("windows and blocks have the same bits from every instruction set, in float64 and in float32") {
    CHECK(rc::check("instruction sets", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const Plan plan = trial.plan();
        const SimulationScope scope = random_scope(dice, trial.bars.size());
        RC_LOG(trial.text);
        for (const Precision precision : {Precision::float64, Precision::float32}) {
            const ScenarioBatch& batch = trial.scenarios.batch;
            const BatchResult scalar = trial.run(plan, batch, precision, *available_kernels().back(), scope);
            for (const KernelTable* kernels : available_kernels()) {
                RC_LOG(kernels->name);
                const BatchResult result = trial.run(plan, batch, precision, *kernels, scope);
                RC_ASSERT(difference(scalar, result, everything(batch.count)) == "");
            }
        }
    }));
}

TEST_CASE("a window has the bits that it has alone, and blocks change no statistic") {
    CHECK(rc::check("scopes", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const Plan plan = trial.plan();
        SimulationScope scope = random_scope(dice, trial.bars.size());
        scope.windows.push_back({0, trial.bars.size()});
        const ScenarioBatch& batch = trial.scenarios.batch;
        const KernelTable& kernels = *available_kernels()[dice.below(available_kernels().size())];
        const BatchResult together = trial.run(plan, batch, Precision::float64, kernels, scope);
        RC_LOG(trial.text);
        for (std::size_t w = 0; w < scope.windows.size(); ++w) {
            const bool whole = w + 1 == scope.windows.size();
            const BatchResult alone =
                whole ? trial.run(plan, batch)
                      : trial.run(plan, batch, Precision::float64, kernels, {.windows = {scope.windows[w]}});
            for (std::size_t i = 0; i < batch.count; ++i)
                RC_ASSERT(!alone.valid[i] ||
                          test::difference(alone.statistics[i],
                                           together.statistics[i * scope.windows.size() + w]) == "");
        }
    }));
}

TEST_CASE("where no rule looks back, a window has the bits of a backtest of its bars") {
    const Strategy strategy = parse_strategy(
        "[params]\nlevel = 0.2\n[rules]\nenter_long = \"close > open + level\"\nexit_long = \"close < "
        "open\"\n"
        "enter_short = \"close < open - level\"\n[risk]\nstop_distance = \"level + high - low\"\n"
        "trailing = true\nmax_hold = 30\nspacing = 3\n",
        "s");
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        const Bars bars = random_bars(dice, 700);
        const Execution execution = random_execution(dice);
        const std::size_t first = dice.below(300);
        const BarRange window = {first, first + 200 + dice.below(200)};
        const Bars cut = bars_of_window(bars, window);
        const ScenarioBatch batch{2, 1, 1, {0.2, 0.4}, {0, 1}};
        const auto run = [&](const Bars& over, const SimulationScope& scope) {
            const Plan plan = make_plan(strategy, {{0, 2}}, 2, over.size(), plenty);
            CpuSimulator simulator(strategy, plan, over, execution, Precision::float64,
                                   *available_kernels().front(), 1, scope);
            return CpuSimulator::Worker(simulator).run(batch);
        };
        const BatchResult of_window = run(bars, {.windows = {window}, .blocks = 7});
        const BatchResult of_cut = run(cut, {.blocks = 7});
        CHECK(of_cut.statistics[0].trades > 5.0);
        CHECK(difference(of_cut, of_window, everything(2)) == "");
    }
}

TEST_CASE("the sums of a block are those of its bars' returns on the recorded equity curve") {
    int checked = 0;
    CHECK(rc::check("blocks", [&](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice, 5);
        const Plan plan = trial.plan();
        const SimulationScope scope = random_scope(dice, trial.bars.size());
        if (scope.blocks == 0) return;
        const auto blocks = static_cast<std::size_t>(scope.blocks);
        CpuSimulator simulator(trial.strategy, plan, trial.bars, trial.execution, Precision::float64,
                               *available_kernels().front(), 1, scope);
        CpuSimulator::Worker worker(simulator);
        const BatchResult result = worker.run(trial.scenarios.batch);
        RC_LOG(trial.text);
        for (std::size_t i = 0; i < trial.scenarios.batch.count; ++i)
            for (std::size_t w = 0; w < scope.windows.size(); ++w) {
                if (!result.valid[i]) continue;
                const std::size_t bars = scope.windows[w].size();
                const std::vector<double> equity =
                    worker.record(trial.scenarios.batch, i, scope.windows[w])->equity;
                std::size_t returns = 0;
                for (std::size_t b = 0; b < blocks; ++b) {
                    double sum = 0.0;
                    double squares = 0.0;
                    double size = 1e-6; // of what was added up before, whose last bits a difference loses
                    const std::size_t end = first_return_of_block(bars, b + 1, blocks);
                    RC_ASSERT(end - returns >= (bars - 1) / blocks);
                    RC_ASSERT(end - returns <= (bars - 1) / blocks + 1);
                    for (std::size_t t = 1; t <= end; ++t) {
                        const double r = equity[t - 1] == 0.0 ? 0.0 : equity[t] / equity[t - 1] - 1.0;
                        size += std::fabs(r) + r * r;
                        if (t <= returns) continue;
                        sum += r;
                        squares += r * r;
                    }
                    const double* found =
                        &result.block_sums[((i * scope.windows.size() + w) * blocks + b) * 2];
                    RC_ASSERT(std::fabs(found[0] - sum) <= 1e-12 * size);
                    RC_ASSERT(std::fabs(found[1] - squares) <= 1e-12 * size);
                    checked += sum != 0.0 ? 1 : 0;
                    returns = end;
                }
                RC_ASSERT(returns == bars - 1);
            }
    }));
    CHECK(checked > 100);
}
