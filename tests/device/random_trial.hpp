// Random strategies over random bars, run by any device, and where their results differ.
#pragma once

#include <numeric>

#include "device/backtests.hpp"
#include "rules/random_rules.hpp"

namespace threadx::test {

// A random strategy over random bars, with scenarios.
struct Trial {
    explicit Trial(Dice& dice, std::size_t scenario_count = 30, bool continua = true)
        : text(random_strategy(dice)), strategy(parse_strategy(text, "random")),
          bars(random_bars(dice, 1 + dice.below(600), dice.chance(0.5))), execution(random_execution(dice)),
          scenarios(random_scenarios(dice, strategy, scenario_count, continua)) {}

    Plan plan(std::uint64_t budget = plenty) const {
        return make_plan(strategy, scenarios.axes, std::max<std::size_t>(2, scenarios.batch.count),
                         bars.size(), budget);
    }
    BatchResult run(const Plan& how, const ScenarioBatch& batch, Precision precision = Precision::float64,
                    const KernelTable& kernels = *available_kernels().front(),
                    SimulationScope scope = {}) const {
        CpuSimulator simulator(strategy, how, bars, execution, precision, kernels, 1, std::move(scope));
        return CpuSimulator::Worker(simulator).run(batch);
    }

    std::string text;
    Strategy strategy;
    Bars bars;
    Execution execution;
    Scenarios scenarios;
};

// One to five windows of `bars` bars, which may overlap, and blocks that each of them has the returns for.
inline SimulationScope random_scope(Dice& dice, std::size_t bars) {
    SimulationScope scope;
    std::size_t least = bars;
    for (std::size_t w = 1 + dice.below(5); w > 0; --w) {
        const std::size_t first = dice.below(bars);
        scope.windows.push_back({first, first + 1 + dice.below(bars - first)});
        least = std::min(least, scope.windows.back().size());
    }
    scope.blocks = static_cast<int>(std::min<std::size_t>(least - 1, dice.pick({0, 1, 2, 5, 16, 32})));
    return scope;
}

// Where results differ; b[k] belongs to a[order[k]].
inline std::string difference(const BatchResult& a, const BatchResult& b,
                              const std::vector<std::size_t>& order) {
    const std::size_t windows = order.empty() ? 0 : b.statistics.size() / order.size();
    const std::size_t sums = b.statistics.empty() ? 0 : b.block_sums.size() / b.statistics.size();
    for (std::size_t k = 0; k < order.size(); ++k) {
        if (a.valid[order[k]] != b.valid[k]) return "validity of scenario " + std::to_string(order[k]);
        if (!b.valid[k]) continue;
        for (std::size_t w = 0; w < windows; ++w) {
            const std::size_t here = order[k] * windows + w;
            const std::size_t there = k * windows + w;
            std::string text = difference(a.statistics[here], b.statistics[there]);
            for (std::size_t i = 0; i < sums; ++i)
                if (!same_bits(a.block_sums[here * sums + i], b.block_sums[there * sums + i]))
                    text += "sum " + std::to_string(i) + " of blocks";
            if (!text.empty())
                return "scenario " + std::to_string(order[k]) + ", window " + std::to_string(w) + ": " + text;
        }
    }
    return "";
}

inline std::vector<std::size_t> everything(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

} // namespace threadx::test
