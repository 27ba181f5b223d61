#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/number_text.hpp"
#include "rules/functions.hpp"
#include "rules/plan.hpp"

namespace threadx {
namespace {

class PlanText {
  public:
    PlanText(const Plan& plan, const Strategy& strategy)
        : plan_(plan), strategy_(strategy), names_(strategy.parameter_names()) {
        for (std::size_t i = 0; i < plan.columns.size(); ++i)
            column_names_[plan.columns[i].node] = fmt::format("#{}", i);
    }

    std::string text() {
        out_ += fmt::format("plan of {}: {} scenarios x {} bars\n\n", strategy_.name,
                            with_thousands(plan_.scenarios), with_thousands(plan_.bars));
        columns();
        out_ += fmt::format("\nkept for the whole run: {} of a budget of {}\n", bytes(plan_.kept_bytes),
                            bytes(plan_.budget_bytes));
        if (plan_.slice_bytes_per_scenario > 0)
            out_ +=
                fmt::format("computed for a slice of scenarios and dropped after it: up to {} a scenario\n",
                            bytes(plan_.slice_bytes_per_scenario));
        left_per_scenario();
        unused_parameters();
        return std::move(out_);
    }

  private:
    static std::string bytes(std::uint64_t value) { return bytes_text(static_cast<double>(value)); }
    static std::string all_bytes(const PlannedColumn& column) { // may be more than 64 bits hold
        return bytes_text(static_cast<double>(column.count) * static_cast<double>(column.bytes_each));
    }
    std::string describe(NodeId node) const { return strategy_.graph.describe(node, names_, column_names_); }

    std::string dependencies(const PlannedColumn& column) const {
        std::vector<std::string> names;
        for (const int axis : column.axes)
            names.push_back(
                names_[static_cast<std::size_t>(plan_.axes[static_cast<std::size_t>(axis)].parameter)]);
        return names.empty() ? "nothing swept" : fmt::format("{}", fmt::join(names, ", "));
    }

    std::string uses(int index) const {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < signal_names.size(); ++i)
            if (plan_.signals[i] == index) names.emplace_back(signal_names[i]);
        const auto reads = [&](const std::optional<PlannedDistance>& distance) {
            return distance && distance->column.kind == OperandKind::column &&
                   distance->column.index == index;
        };
        if (reads(plan_.stop)) names.emplace_back("stop_distance");
        if (reads(plan_.target)) names.emplace_back("target_distance");
        for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
            const std::vector<int>& inputs = plan_.columns[i].inputs;
            if (std::find(inputs.begin(), inputs.end(), index) != inputs.end())
                names.push_back(fmt::format("#{}", i));
        }
        return fmt::format("{}", fmt::join(names, ", "));
    }

    // How often a column is computed. What is not kept is computed again in each slice that needs it.
    static const char* storage(const PlannedColumn& column, std::uint64_t scenarios) {
        if (column.kept) return "whole run";
        return column.continuous || column.count >= scenarios ? "per scenario" : "per slice";
    }

    void columns() {
        std::vector<std::array<std::string, 8>> rows = {
            {"", "type", "computed", "each", "all", "stored", "depends on", "value"}};
        for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
            const PlannedColumn& column = plan_.columns[i];
            rows.push_back({fmt::format("#{}", i), column.boolean ? "bits" : "float64",
                            with_thousands(column.count), bytes(column.bytes_each), all_bytes(column),
                            storage(column, plan_.scenarios), dependencies(column),
                            fmt::format("{}  -> {}", describe(column.node), uses(static_cast<int>(i)))});
        }
        std::array<std::size_t, 8> widths{};
        for (const auto& row : rows)
            for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
        for (const auto& row : rows) {
            for (std::size_t i = 0; i + 1 < row.size(); ++i)
                out_ += i >= 2 && i <= 4 ? fmt::format("{:>{}}  ", row[i], widths[i]) // numbers
                                         : fmt::format("{:<{}}  ", row[i], widths[i]);
            out_ += row.back() + "\n";
        }
    }

    void distance(std::string_view name, const std::optional<PlannedDistance>& distance) {
        if (!distance) return;
        const Operand& column = distance->column;
        std::string text = describe(distance->scale);
        if (column.kind == OperandKind::column) text += fmt::format(" x #{}", column.index);
        if (column.kind == OperandKind::field) text += fmt::format(" x {}", bar_field_name(column.index));
        out_ += fmt::format("  {} = {}\n", name, text);
    }

    void left_per_scenario() {
        out_ += "\nleft for each scenario: the simulation, with\n";
        for (std::size_t i = 0; i < signal_names.size(); ++i)
            if (plan_.signals[i] >= 0) out_ += fmt::format("  {} = #{}\n", signal_names[i], plan_.signals[i]);
        distance("stop_distance", plan_.stop);
        distance("target_distance", plan_.target);
        out_ += fmt::format("  size = {} = {}\n", size_names[static_cast<std::size_t>(strategy_.size_kind)],
                            describe(strategy_.size));
        out_ += fmt::format("  max_hold = {}, spacing = {}\n", describe(strategy_.max_hold),
                            describe(strategy_.spacing));
    }

    // A parameter without effect is more likely a mistake in the rules than wanted.
    void unused_parameters() {
        ParameterSet used = 0;
        const auto use = [&](const std::optional<NodeId>& node) {
            if (node) used |= strategy_.graph[*node].parameters;
        };
        for (const std::optional<NodeId>& signal : strategy_.signals) use(signal);
        for (const auto& node : {strategy_.stop_distance, strategy_.target_distance}) use(node);
        for (const NodeId node : {strategy_.size, strategy_.max_hold, strategy_.spacing}) use(node);
        std::vector<std::string> names;
        for (const Axis& axis : plan_.axes)
            if ((used >> static_cast<unsigned>(axis.parameter) & 1U) == 0)
                names.push_back(names_[static_cast<std::size_t>(axis.parameter)]);
        if (!names.empty()) out_ += fmt::format("\nnothing depends on: {}\n", fmt::join(names, ", "));
    }

    const Plan& plan_;
    const Strategy& strategy_;
    std::vector<std::string> names_;
    std::map<NodeId, std::string> column_names_;
    std::string out_;
};

} // namespace

std::string explain_plan(const Plan& plan, const Strategy& strategy) {
    return PlanText(plan, strategy).text();
}

} // namespace threadx
