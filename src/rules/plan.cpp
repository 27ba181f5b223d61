#include "rules/plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "indicators/catalogue.hpp"
#include "rules/kernel_call.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t max_kept_combinations = std::uint64_t{1} << 22U;

std::uint64_t saturating_multiply(std::uint64_t a, std::uint64_t b) {
    if (a != 0 && b > std::numeric_limits<std::uint64_t>::max() / a)
        return std::numeric_limits<std::uint64_t>::max();
    return a * b;
}

// The operands of a > b now and a ≤ b one bar ago, as crossover() and crossunder() are written in the graph.
struct Crossing {
    NodeId a;
    NodeId b;
};

std::optional<Crossing> find_crossing(const Graph& graph, NodeId node) {
    const Node& both = graph[node];
    if (both.op != Op::logical_and) return std::nullopt;
    for (const std::size_t i : {0U, 1U}) {
        const Node& above = graph[both.inputs[i]];
        const Node& before = graph[both.inputs[1 - i]];
        if (above.op != Op::less || before.op != Op::shift) continue;
        const Node& bars_ago = graph[before.inputs[1]];
        const Node& not_above = graph[before.inputs[0]];
        if (bars_ago.op != Op::constant || bars_ago.value != 1.0 || not_above.op != Op::less_equal) continue;
        const Crossing crossing = {not_above.inputs[0], not_above.inputs[1]};
        if (above.inputs[0] == crossing.b && above.inputs[1] == crossing.a) return crossing;
    }
    return std::nullopt;
}

class Planner {
  public:
    // `results`: the nodes whose columns are wanted.
    Planner(const Graph& graph, Plan& plan, std::span<const NodeId> results)
        : graph_(graph), plan_(plan), used_(graph.size()) {
        for (const NodeId node : results) used_[node] = true;
        for (auto node = static_cast<NodeId>(graph.size()); node-- > 0;) // inputs are before who reads them
            if (used_[node])
                for (const NodeId input : graph_[node].inputs) used_[input] = true;
    }

    int column_for(NodeId node) {
        if (const auto known = known_.find(node); known != known_.end()) return known->second;
        PlannedColumn column;
        column.node = node;
        column.boolean = graph_[node].type == ValueType::boolean;
        find_combinations(column);
        if (const std::optional<KernelCall> call = kernel_call(graph_, node, used_, plan_.axes)) {
            const ColumnKernel& kernel = column_kernels()[static_cast<std::size_t>(call->kernel)];
            const auto series = static_cast<std::size_t>(kernel.series);
            column.outputs = kernel.outputs;
            column.kernel = call->kernel;
            for (std::size_t i = 0; i < call->inputs.size(); ++i) {
                if (i >= series) {
                    column.scalars.push_back(call->inputs[i]);
                    continue;
                }
                column.sources.push_back(stored_operand(call->inputs[i]));
                add_input(column, column.sources.back());
            }
            find_scalar_axis(column, call->inputs);
        } else {
            emit_root(node, column);
            assign_slots(column);
        }
        const std::uint64_t words = (plan_.bars + 63) / 64;
        column.bytes_each =
            8 * (column.boolean ? words : plan_.bars * static_cast<std::uint64_t>(column.outputs));
        const int index = static_cast<int>(plan_.columns.size());
        plan_.columns.push_back(std::move(column));
        known_[node] = index;
        return index;
    }

    // d = scale × column where the rule is a product of a scalar and a series; otherwise scale is 1 or the
    // rule itself. Decided by the rule's text alone, so that the bits do not depend on what is swept.
    PlannedDistance distance(NodeId node, NodeId one) {
        const Node& rule = graph_[node];
        if (!rule.varies) return {node, {}};
        if (rule.op == Op::multiply)
            for (const std::size_t i : {0U, 1U})
                if (!graph_[rule.inputs[i]].varies)
                    return {rule.inputs[i], stored_operand(rule.inputs[1 - i])};
        return {one, stored_operand(node)};
    }

  private:
    std::uint64_t count_of(NodeId node) const {
        std::uint64_t combinations = 1;
        for (const Axis& axis : plan_.axes) {
            if (!depends(node, axis)) continue;
            if (axis.levels == 0) return plan_.scenarios;
            combinations = saturating_multiply(combinations, axis.levels);
        }
        return std::min(combinations, plan_.scenarios);
    }

    void find_combinations(PlannedColumn& column) const {
        for (std::size_t i = 0; i < plan_.axes.size(); ++i) {
            const Axis& axis = plan_.axes[i];
            if (!depends(column.node, axis)) continue;
            column.axes.push_back(static_cast<int>(i));
            column.continuous |= axis.levels == 0;
            if (axis.levels != 0) column.combinations = saturating_multiply(column.combinations, axis.levels);
        }
        column.count = count_of(column.node);
        if (column.continuous) column.combinations = plan_.scenarios;
    }

    bool depends(NodeId node, const Axis& axis) const { return depends_on(graph_[node], axis); }

    void find_scalar_axis(PlannedColumn& column, const std::vector<NodeId>& inputs) const {
        const auto depend = [&](std::size_t begin, std::size_t end, const Axis& axis) {
            return std::any_of(inputs.begin() + static_cast<std::ptrdiff_t>(begin),
                               inputs.begin() + static_cast<std::ptrdiff_t>(end),
                               [&](NodeId input) { return depends(input, axis); });
        };
        const std::size_t series = column.sources.size();
        int found = 0;
        for (const int axis : column.axes) {
            const Axis& candidate = plan_.axes[static_cast<std::size_t>(axis)];
            if (!depend(series, series + column.scalars.size(), candidate) || depend(0, series, candidate))
                continue;
            column.scalar_axis = axis;
            ++found;
        }
        if (found != 1) column.scalar_axis = -1;
    }

    static void add_input(PlannedColumn& column, const Operand& operand) {
        if (operand.kind != OperandKind::column) return;
        if (std::find(column.inputs.begin(), column.inputs.end(), operand.index) == column.inputs.end())
            column.inputs.push_back(operand.index);
    }

    // A field, a kernel's series, or a column of its own.
    Operand stored_operand(NodeId node) {
        const Node& value = graph_[node];
        if (value.op == Op::series) return {.kind = OperandKind::field, .index = value.index, .shift = {}};
        if (value.op == Op::output)
            return {.kind = OperandKind::column,
                    .index = column_for(value.inputs[0]),
                    .output = value.index,
                    .shift = {}};
        return {.kind = OperandKind::column, .index = column_for(node), .shift = {}};
    }

    // What a step of `column` reads for `node`: computed in place, or stored where it is shared by fewer
    // combinations than the column has (or must be stored: kernels, and what is looked back at from afar).
    Operand operand(NodeId node, PlannedColumn& column, std::map<NodeId, int>& steps) {
        const Node& value = graph_[node];
        if (!value.varies) return {.kind = OperandKind::scalar, .node = node, .shift = {}};
        Operand out;
        if (is_shift(node)) {
            if (const std::optional<int> bars = step_history(node);
                bars && in_place(value.inputs[0], column)) {
                out = {.kind = OperandKind::step, .index = emit(value.inputs[0], column, steps), .shift = {}};
                int& history = column.steps[static_cast<std::size_t>(out.index)].history;
                history = std::max(history, *bars);
            } else {
                out = stored_operand(value.inputs[0]);
            }
            out.shift = value.inputs[1];
        } else if (in_place(node, column)) {
            out = {.kind = OperandKind::step, .index = emit(node, column, steps), .shift = {}};
        } else {
            out = stored_operand(node);
        }
        add_input(column, out);
        return out;
    }

    // Whether a program of `column` computes `node` itself.
    bool in_place(NodeId node, const PlannedColumn& column) const {
        const Op op = graph_[node].op;
        return graph_[node].varies && op != Op::series && op != Op::output && !is_shift(node) &&
               op != Op::kernel && !known_.contains(node) && 2 * count_of(node) > column.count;
    }

    // x[bars], also where their number is cut to a whole one: so is any operand's.
    bool is_shift(NodeId node) const {
        return graph_[node].op == Op::shift ||
               (graph_[node].op == Op::kernel && graph_[node].index == kernel_named("shifted"));
    }

    // How many bars a shift looks back, if a step may be looked back at so far.
    std::optional<int> step_history(NodeId shift) const {
        const Node& bars = graph_[graph_[shift].inputs[1]];
        if (bars.op != Op::constant || !(bars.value >= 0.0 && bars.value <= most_step_history))
            return std::nullopt;
        return static_cast<int>(bars.value);
    }

    int emit(NodeId node, PlannedColumn& column, std::map<NodeId, int>& steps) {
        if (const auto known = steps.find(node); known != steps.end()) return known->second;
        const Node& value = graph_[node];
        Step step;
        step.op = value.op;
        step.boolean = value.type == ValueType::boolean;
        if (const std::optional<Crossing> crossing = find_crossing(graph_, node)) {
            step.crossing = true;
            step.a = operand(crossing->a, column, steps);
            step.b = operand(crossing->b, column, steps);
        } else if (const auto ratio = find_ratio(graph_, node)) {
            step.op = Op::ratio;
            step.a = operand(ratio->first, column, steps);
            step.b = operand(ratio->second, column, steps);
        } else {
            step.a = operand(value.inputs[0], column, steps);
            if (value.inputs.size() > 1) step.b = operand(value.inputs[1], column, steps);
            if (value.inputs.size() > 2) step.c = operand(value.inputs[2], column, steps);
        }
        column.steps.push_back(step);
        return steps[node] = static_cast<int>(column.steps.size()) - 1;
    }

    void emit_root(NodeId node, PlannedColumn& column) {
        std::map<NodeId, int> steps;
        const Node& value = graph_[node];
        if (value.varies && value.op != Op::series && !is_shift(node) && value.op != Op::output) {
            emit(node, column, steps);
            return;
        }
        Step copy; // a scalar, a field or a shifted value, stored as it is
        copy.op = Op::constant;
        copy.boolean = value.type == ValueType::boolean;
        copy.a = operand(node, column, steps);
        column.steps.push_back(copy);
    }

    // Gives each step's result a slot that is free while the result is needed, for good where it is looked
    // back at.
    void assign_slots(PlannedColumn& column) {
        std::vector<Step>& steps = column.steps;
        std::vector<int> last_use(steps.size(), -1);
        for (std::size_t i = 0; i < steps.size(); ++i)
            for (const Operand* operand : {&steps[i].a, &steps[i].b, &steps[i].c})
                if (operand->kind == OperandKind::step)
                    last_use[static_cast<std::size_t>(operand->index)] = static_cast<int>(i);
        std::array<std::vector<int>, 2> free; // slots of numbers, of truths
        std::array<int, 2> used = {0, 0};
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const std::size_t pool = steps[i].boolean ? 1 : 0;
            if (free[pool].empty() || steps[i].history > 0) {
                steps[i].slot = used[pool]++;
            } else {
                steps[i].slot = free[pool].back();
                free[pool].pop_back();
            }
            for (std::size_t j = 0; j < i; ++j)
                if (last_use[j] == static_cast<int>(i) && steps[j].history == 0)
                    free[steps[j].boolean ? 1 : 0].push_back(steps[j].slot);
        }
        plan_.number_slots = std::max(plan_.number_slots, used[0]);
        plan_.boolean_slots = std::max(plan_.boolean_slots, used[1]);
    }

    const Graph& graph_;
    Plan& plan_;
    std::vector<bool> used_; // by node: a result is made of it
    std::map<NodeId, int> known_;
};

// Keeps the columns that are shared, smallest first, as long as half of the budget lasts.
void choose_kept(Plan& plan) {
    std::vector<std::size_t> order(plan.columns.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto bytes = [&](std::size_t i) {
        return saturating_multiply(plan.columns[i].combinations,
                                   plan.columns[i].bytes_each + kept_slot_bytes);
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return bytes(a) < bytes(b); });
    for (const std::size_t i : order) {
        PlannedColumn& column = plan.columns[i];
        const bool shared =
            !column.continuous && (column.combinations < plan.scenarios || plan.scenarios == 1);
        column.kept = shared && column.combinations <= max_kept_combinations &&
                      plan.kept_bytes + bytes(i) <= plan.budget_bytes / 2;
        if (column.kept)
            plan.kept_bytes += bytes(i);
        else
            plan.slice_bytes_per_scenario += column.bytes_each;
    }
}

// Of kernels with several results those that nothing needs.
void find_unread(Plan& plan) {
    for (PlannedColumn& column : plan.columns)
        if (column.outputs > 1)
            column.unread = (std::uint64_t{1} << static_cast<unsigned>(column.outputs)) - 1;
    const auto read = [&](const Operand& operand) {
        if (operand.kind == OperandKind::column)
            plan.columns[static_cast<std::size_t>(operand.index)].unread &=
                ~(std::uint64_t{1} << static_cast<unsigned>(operand.output));
    };
    if (plan.stop) read(plan.stop->column);
    if (plan.target) read(plan.target->column);
    for (const PlannedColumn& column : plan.columns) {
        for (const Operand& source : column.sources) read(source);
        for (const Step& step : column.steps)
            for (const Operand* operand : {&step.a, &step.b, &step.c}) read(*operand);
    }
}

// What the simulation reads, also in place of a signal's column.
void mark_results(Plan& plan) {
    const auto mark = [&](int index) {
        if (index >= 0) plan.columns[static_cast<std::size_t>(index)].result = true;
    };
    const auto mark_operand = [&](const Operand& operand) {
        if (operand.kind == OperandKind::column) mark(operand.index);
    };
    for (const int signal : plan.signals) mark(signal);
    if (plan.stop) mark_operand(plan.stop->column);
    if (plan.target) mark_operand(plan.target->column);
    for (const std::optional<LevelSignal>& level : plan.levels) {
        if (!level) continue;
        mark_operand(level->series);
        if (!level->band) continue;
        mark_operand(level->band->base);
        mark_operand(level->band->width);
    }
}

bool is_stored(const Operand& operand) {
    return (operand.kind == OperandKind::column || operand.kind == OperandKind::field) && !operand.shift;
}

bool is_step_now(const Operand& operand) { return operand.kind == OperandKind::step && !operand.shift; }

// base ± scale × width as the level of `signal`, if that is what step `index` computes.
bool find_band(const std::vector<Step>& steps, int index, LevelSignal& signal) {
    const Step& sum = steps[static_cast<std::size_t>(index)];
    if (sum.op != Op::add && sum.op != Op::subtract) return false;
    const bool product_first = is_step_now(sum.a);
    const Operand& base = product_first ? sum.b : sum.a;
    const Operand& moved = product_first ? sum.a : sum.b;
    if (!is_stored(base) || !is_step_now(moved)) return false;
    if (product_first && sum.op == Op::subtract) return false;
    const Step& product = steps[static_cast<std::size_t>(moved.index)];
    if (product.op != Op::multiply) return false;
    const bool scale_first = product.a.kind == OperandKind::scalar;
    const Operand& scale = scale_first ? product.a : product.b;
    const Operand& width = scale_first ? product.b : product.a;
    if (scale.kind != OperandKind::scalar || !is_stored(width)) return false;
    signal.level = scale.node;
    signal.band = Band{base, width, sum.op == Op::subtract};
    return true;
}

std::optional<LevelSignal> find_level(const PlannedColumn& column) {
    if (column.kernel >= 0) return std::nullopt;
    const Step& step = column.steps.back();
    if (!step.crossing && step.op != Op::less) return std::nullopt;
    // a crossing is a > b, the other comparison a < b
    const Operand& larger = step.crossing ? step.a : step.b;
    const Operand& smaller = step.crossing ? step.b : step.a;
    LevelSignal signal;
    signal.below = is_stored(smaller);
    signal.crossing = step.crossing;
    signal.series = signal.below ? smaller : larger;
    const Operand& level = signal.below ? larger : smaller;
    if (!is_stored(signal.series)) return std::nullopt;
    signal.level = level.node;
    if (level.kind == OperandKind::scalar) return signal;
    if (is_step_now(level) && find_band(column.steps, level.index, signal)) return signal;
    return std::nullopt;
}

// Signals whose columns are not kept are compared in the simulation where they can be.
void choose_levels(Plan& plan) {
    for (std::size_t i = 0; i < plan.signals.size(); ++i) {
        if (plan.signals[i] < 0) continue;
        const PlannedColumn& column = plan.columns[static_cast<std::size_t>(plan.signals[i])];
        if (!column.kept) plan.levels[i] = find_level(column);
    }
    for (std::size_t c = 0; c < plan.columns.size(); ++c) {
        const int index = static_cast<int>(c);
        bool compared = false; // by a signal, and by all that read the column
        bool read = false;
        for (std::size_t i = 0; i < plan.signals.size(); ++i)
            if (plan.signals[i] == index) (plan.levels[i] ? compared : read) = true;
        for (const PlannedColumn& other : plan.columns)
            read |= std::find(other.inputs.begin(), other.inputs.end(), index) != other.inputs.end();
        if (compared && !read) plan.slice_bytes_per_scenario -= plan.columns[c].bytes_each;
    }
}

} // namespace

Plan make_plan(const Strategy& strategy, const std::vector<Axis>& axes, std::uint64_t scenarios,
               std::uint64_t bars, std::uint64_t budget_bytes) {
    Plan plan;
    plan.axes = axes;
    plan.scenarios = scenarios;
    plan.bars = bars;
    plan.budget_bytes = budget_bytes;
    std::vector<NodeId> results;
    for (const std::optional<NodeId>& signal : strategy.signals)
        if (signal) results.push_back(*signal);
    if (strategy.stop_distance) results.push_back(*strategy.stop_distance);
    if (strategy.target_distance) results.push_back(*strategy.target_distance);
    Planner planner(strategy.graph, plan, results);
    for (std::size_t i = 0; i < strategy.signals.size(); ++i)
        if (strategy.signals[i]) plan.signals[i] = planner.column_for(*strategy.signals[i]);
    if (strategy.stop_distance) plan.stop = planner.distance(*strategy.stop_distance, strategy.one);
    if (strategy.target_distance) plan.target = planner.distance(*strategy.target_distance, strategy.one);
    find_unread(plan);
    choose_kept(plan);
    choose_levels(plan);
    mark_results(plan);
    return plan;
}

bool scenario_is_valid(const Graph& graph, std::span<const double> parameters) {
    const std::span<const ScalarCheck> checks = graph.checks();
    return std::all_of(checks.begin(), checks.end(), [&](const ScalarCheck& check) {
        const double value = evaluate_scalar(graph, check.node, parameters);
        return value >= check.least && value <= check.most && (!check.whole || value == std::floor(value));
    });
}

Plan make_column_plan(const Graph& graph, NodeId node, std::uint64_t bars) {
    return make_columns_plan(graph, std::span(&node, 1), bars).plan;
}

ColumnsPlan make_columns_plan(const Graph& graph, std::span<const NodeId> nodes, std::uint64_t bars,
                              const std::vector<Axis>& axes) {
    ColumnsPlan out;
    out.plan.axes = axes;
    out.plan.scenarios = axes.empty() ? 1 : std::numeric_limits<std::uint64_t>::max();
    out.plan.bars = bars;
    out.plan.budget_bytes = std::numeric_limits<std::uint64_t>::max();
    Planner planner(graph, out.plan, nodes);
    for (const NodeId node : nodes) out.columns.push_back(planner.column_for(node));
    for (const int column : out.columns) out.plan.columns[static_cast<std::size_t>(column)].result = true;
    find_unread(out.plan);
    choose_kept(out.plan);
    return out;
}

BarFieldSet fields_read(const Plan& plan) {
    BarFieldSet read{};
    const auto note = [&](const Operand& operand) {
        if (operand.kind == OperandKind::field) read[static_cast<std::size_t>(operand.index)] = true;
    };
    if (plan.stop) note(plan.stop->column);
    if (plan.target) note(plan.target->column);
    for (const PlannedColumn& column : plan.columns) {
        for (const Operand& source : column.sources) note(source);
        for (const Step& step : column.steps) {
            note(step.a);
            note(step.b);
        }
    }
    return read;
}

} // namespace threadx
