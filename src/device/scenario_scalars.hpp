// What a scenario and a run bring to the kernel text besides columns, the same for every device.
#pragma once

#include <span>

#include "base/bar_range.hpp"
#include "device/cpu/kernel_interface.hpp"
#include "device/execution.hpp"
#include "rules/plan.hpp"

namespace threadx {

struct ScenarioScalars {
    double size = 0.0;
    double max_hold = 0.0; // bars; infinite = none
    double spacing = 0.0;  // bars
    double stop_scale = 0.0;
    double target_scale = 0.0;
};

ScenarioScalars scenario_scalars(const Strategy& strategy, const Plan& plan, std::size_t bars,
                                 std::span<const double> parameters);

// Of a window of bars.
SimRules simulation_rules(const Strategy& strategy, const Plan& plan, const Execution& execution,
                          BarRange window);

// The varied parameters in the order in which scenarios are sorted, so that those that are simulated side by
// side enter and leave at the same bars: those of the signals, the ones with few values first; then the
// scales of the distances; then what is left.
std::vector<int> parameters_by_likeness(const Graph& graph, const Plan& plan);

} // namespace threadx
