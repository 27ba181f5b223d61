#include "device/scenario_scalars.hpp"

#include <algorithm>
#include <limits>

namespace threadx {
namespace {

int index_in(const std::vector<std::string>& choices, const std::string& value) {
    return static_cast<int>(std::find(choices.begin(), choices.end(), value) - choices.begin());
}

} // namespace

ScenarioScalars scenario_scalars(const Strategy& strategy, const Plan& plan, std::size_t bars,
                                 std::span<const double> parameters) {
    const auto scalar = [&](NodeId node) { return evaluate_scalar(strategy.graph, node, parameters); };
    ScenarioScalars out;
    out.size = scalar(strategy.size);
    out.max_hold = scalar(strategy.max_hold);
    if (!(out.max_hold > 0.0)) out.max_hold = std::numeric_limits<double>::infinity();
    // as many bars as there are forbid as much as any more would, and stay below the kernel text's "long ago"
    out.spacing = std::min(scalar(strategy.spacing), static_cast<double>(bars));
    if (plan.stop) out.stop_scale = scalar(plan.stop->scale);
    if (plan.target) out.target_scale = scalar(plan.target->scale);
    return out;
}

SimRules simulation_rules(const Strategy& strategy, const Plan& plan, const Execution& execution,
                          BarRange window) {
    SimRules rules{};
    rules.first = static_cast<int>(window.first);
    rules.end = static_cast<int>(window.end);
    rules.fill = index_in({"next_open", "close"}, execution.fill);
    rules.ambiguity = index_in({"stop_first", "target_first", "nearest_to_open"}, execution.ambiguity);
    rules.size_kind = static_cast<int>(strategy.size_kind);
    rules.has_stop = plan.stop.has_value() ? 1 : 0;
    rules.has_target = plan.target.has_value() ? 1 : 0;
    rules.trailing = strategy.trailing ? 1 : 0;
    rules.reverse = strategy.reverse ? 1 : 0;
    rules.close_at_end = execution.close_at_end ? 1 : 0;
    return rules;
}

std::vector<int> parameters_by_likeness(const Graph& graph, const Plan& plan) {
    const auto varied_by = [&](const std::optional<PlannedDistance>& distance) {
        return distance ? graph[distance->scale].parameters : 0;
    };
    const std::uint64_t scales = varied_by(plan.stop) | varied_by(plan.target);
    std::vector<bool> of_signals(plan.axes.size());
    for (const int signal : plan.signals)
        if (signal >= 0)
            for (const int axis : plan.columns[static_cast<std::size_t>(signal)].axes)
                of_signals[static_cast<std::size_t>(axis)] = true;
    std::vector<std::pair<int, int>> ranked;
    for (std::size_t i = 0; i < plan.axes.size(); ++i) {
        const Axis& axis = plan.axes[i];
        const bool of_scale = (scales >> static_cast<unsigned>(axis.parameter) & 1U) != 0;
        ranked.emplace_back(of_signals[i] ? (axis.levels == 0 ? 1 : 0) : (of_scale ? 2 : 3), axis.parameter);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<int> parameters;
    for (const auto& [rank, parameter] : ranked) parameters.push_back(parameter);
    return parameters;
}

} // namespace threadx
