#include "sweep/recorded_backtest.hpp"

#include "device/cpu/cpu_simulator.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "rules/plan.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t no_budget = std::uint64_t{1} << 62U;

} // namespace

std::optional<Recording> record_backtest(const Strategy& strategy, std::span<const double> parameters,
                                         const Bars& bars, const Execution& execution) {
    const Plan plan = make_plan(strategy, {}, 1, bars.size(), no_budget);
    CpuSimulator simulator(strategy, plan, bars, execution, Precision::float64, choose_kernels("auto"), 1);
    CpuSimulator::Worker worker(simulator);
    const ScenarioBatch batch{1, parameters.size(), 0, {parameters.begin(), parameters.end()}, {}};
    return worker.record(batch, 0);
}

} // namespace threadx
