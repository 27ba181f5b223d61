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
                    const KernelTable& kernels = *available_kernels().front()) const {
        CpuSimulator simulator(strategy, how, bars, execution, precision, kernels, 1);
        return CpuSimulator::Worker(simulator).run(batch);
    }

    std::string text;
    Strategy strategy;
    Bars bars;
    Execution execution;
    Scenarios scenarios;
};

// Where results differ; b[k] belongs to a[order[k]].
inline std::string difference(const BatchResult& a, const BatchResult& b,
                              const std::vector<std::size_t>& order) {
    for (std::size_t k = 0; k < order.size(); ++k) {
        if (a.valid[order[k]] != b.valid[k]) return "validity of scenario " + std::to_string(order[k]);
        if (!b.valid[k]) continue;
        const std::string text = difference(a.statistics[order[k]], b.statistics[k]);
        if (!text.empty()) return "scenario " + std::to_string(order[k]) + ": " + text;
    }
    return "";
}

inline std::vector<std::size_t> everything(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

} // namespace threadx::test
