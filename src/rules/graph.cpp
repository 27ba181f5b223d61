#include "rules/graph.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "indicators/catalogue.hpp"

namespace threadx {
namespace {

#define TX_NAN undefined
#define TX_SQRT(x) std::sqrt(x)
#define TX_ABS(x) std::fabs(x)
#include "kernels/operations.h"

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// Devices know the operations by these numbers.
#define SAME_NUMBER(name, value) static_assert(static_cast<int>(Op::name) == TX_OP_##name);
TX_NUMBER_OPERATIONS(SAME_NUMBER)
TX_COMPARISONS(SAME_NUMBER)
#undef SAME_NUMBER
static_assert(static_cast<int>(Op::logical_and) == TX_OP_logical_and);
static_assert(static_cast<int>(Op::logical_not) == TX_OP_logical_not);
static_assert(static_cast<int>(Op::choose) == TX_OP_choose);

bool is_comparison(Op op) { return op >= Op::less && op <= Op::not_equal; }
bool is_logical(Op op) { return op >= Op::logical_and && op <= Op::logical_not; }

// Operations that give the same bits whichever way round their inputs stand.
bool is_commutative(Op op) {
    return op == Op::add || op == Op::multiply || op == Op::equal || op == Op::not_equal ||
           op == Op::logical_and || op == Op::logical_or;
}

bool keeps_integers(Op op) {
    return op == Op::negate || op == Op::absolute || op == Op::add || op == Op::subtract ||
           op == Op::multiply || op == Op::minimum || op == Op::maximum;
}

} // namespace

std::string_view bar_field_name(int bar_field) {
    constexpr std::array<std::string_view, bar_field_count> names = {"open",   "high", "low",       "close",
                                                                     "volume", "time", "time_close"};
    return names[static_cast<std::size_t>(bar_field)];
}

double apply(Op op, double a, double b) {
#define APPLY(name, value)                                                                                   \
    if (op == Op::name) return value;
    TX_NUMBER_OPERATIONS(APPLY)
#undef APPLY
#define APPLY(name, truth)                                                                                   \
    if (op == Op::name) return (truth) ? 1.0 : 0.0;
    TX_COMPARISONS(APPLY)
#undef APPLY
    switch (op) {
    case Op::logical_and: return a != 0.0 && b != 0.0 ? 1.0 : 0.0;
    case Op::logical_or: return a != 0.0 || b != 0.0 ? 1.0 : 0.0;
    case Op::logical_not: return a != 0.0 ? 0.0 : 1.0;
    default: return undefined;
    }
}

NodeId Graph::add(Node node) {
    for (const NodeId input : node.inputs) node.parameters |= nodes_[input].parameters;
    const Key key{node.op, node.type, std::bit_cast<std::uint64_t>(node.value), node.index, node.inputs};
    const auto [at, fresh] = known_.try_emplace(key, static_cast<NodeId>(nodes_.size()));
    if (fresh) nodes_.push_back(std::move(node));
    return at->second;
}

NodeId Graph::constant(double value) {
    return add({.op = Op::constant, .integer = std::floor(value) == value, .value = value, .inputs = {}});
}

NodeId Graph::boolean(bool value) {
    return add({.op = Op::constant, .type = ValueType::boolean, .value = value ? 1.0 : 0.0, .inputs = {}});
}

NodeId Graph::text(const std::string& text) {
    const auto known = std::find(texts_.begin(), texts_.end(), text);
    const auto index = static_cast<int>(known - texts_.begin());
    if (known == texts_.end()) texts_.push_back(text);
    return add({.op = Op::constant, .type = ValueType::text, .index = index, .inputs = {}});
}

BarFieldSet Graph::fields_used() const {
    BarFieldSet used{};
    for (const Node& node : nodes_)
        if (node.op == Op::series) used[static_cast<std::size_t>(node.index)] = true;
    return used;
}

NodeId Graph::parameter(int index, bool integer) {
    return add({.op = Op::parameter,
                .integer = integer,
                .index = index,
                .inputs = {},
                .parameters = ParameterSet{1} << static_cast<unsigned>(index)});
}

NodeId Graph::field(BarField field) {
    return add({.op = Op::series, .varies = true, .index = static_cast<int>(field), .inputs = {}});
}

NodeId Graph::unary(Op op, NodeId a) {
    const Node& x = nodes_[a];
    if (x.op == Op::constant)
        return op == Op::logical_not ? boolean(x.value == 0.0) : constant(apply(op, x.value, 0.0));
    return add({.op = op,
                .type = is_logical(op) ? ValueType::boolean : ValueType::number,
                .varies = x.varies,
                .integer = x.integer && keeps_integers(op),
                .inputs = {a}});
}

NodeId Graph::binary(Op op, NodeId a, NodeId b) {
    const bool truth = is_comparison(op) || is_logical(op);
    if (nodes_[a].op == Op::constant && nodes_[b].op == Op::constant) {
        const double value = apply(op, nodes_[a].value, nodes_[b].value);
        return truth ? boolean(value != 0.0) : constant(value);
    }
    if (is_commutative(op) && a > b) std::swap(a, b);
    return add({.op = op,
                .type = truth ? ValueType::boolean : ValueType::number,
                .varies = nodes_[a].varies || nodes_[b].varies,
                .integer = nodes_[a].integer && nodes_[b].integer && keeps_integers(op),
                .inputs = {a, b}});
}

NodeId Graph::choose(NodeId condition, NodeId a, NodeId b) {
    if (nodes_[condition].op == Op::constant) return nodes_[condition].value != 0.0 ? a : b;
    return add({.op = Op::choose,
                .varies = nodes_[condition].varies || nodes_[a].varies || nodes_[b].varies,
                .integer = nodes_[a].integer && nodes_[b].integer,
                .inputs = {a, b, condition}});
}

NodeId Graph::shift(NodeId x, NodeId bars) {
    if (nodes_[bars].op == Op::constant && nodes_[bars].value == 0.0) return x;
    require({bars, 0.0, std::numeric_limits<double>::infinity(), true});
    return add({.op = Op::shift, .type = nodes_[x].type, .varies = true, .inputs = {x, bars}});
}

NodeId Graph::kernel(int kernel, std::span<const NodeId> series, std::span<const NodeId> scalars) {
    Node node{.op = Op::kernel, .varies = true, .index = kernel, .inputs = {series.begin(), series.end()}};
    node.inputs.insert(node.inputs.end(), scalars.begin(), scalars.end());
    return add(std::move(node));
}

NodeId Graph::output(NodeId kernel, int index) {
    if (column_kernels()[static_cast<std::size_t>(nodes_[kernel].index)].outputs == 1) return kernel;
    return add({.op = Op::output, .varies = true, .index = index, .inputs = {kernel}});
}

void Graph::describe_as_call(NodeId node, std::string_view function, std::span<const NodeId> arguments,
                             std::string_view field) {
    // A text must end: of what is older than its arguments they may be made themselves.
    if (std::any_of(arguments.begin(), arguments.end(), [&](NodeId argument) { return argument >= node; }))
        return;
    calls_[node] = {std::string(function), {arguments.begin(), arguments.end()}, std::string(field)};
}

void Graph::require(const ScalarCheck& check) {
    if (nodes_[check.node].op == Op::constant) return;
    if (std::find(checks_.begin(), checks_.end(), check) == checks_.end()) checks_.push_back(check);
}

std::string Graph::describe(NodeId id, std::span<const std::string> parameter_names,
                            const std::map<NodeId, std::string>& names) const {
    return describe(id, parameter_names, names, false);
}

std::string Graph::describe(NodeId id, std::span<const std::string> parameter_names,
                            const std::map<NodeId, std::string>& names, bool inside) const {
    const Node& node = nodes_[id];
    const auto text_of = [&](NodeId each) {
        const auto named = names.find(each);
        return named != names.end() ? named->second : describe(each, parameter_names, names, inside);
    };
    const auto input = [&](std::size_t i) { return text_of(node.inputs[i]); };
    const auto list_of = [&](const std::vector<NodeId>& nodes) {
        std::string list;
        for (const NodeId each : nodes) list += (list.empty() ? "" : ", ") + text_of(each);
        return list;
    };
    if (const auto field = fields_.find(id); field != fields_.end())
        return inside ? field->second.name : field->second.period + "." + field->second.name;
    if (const auto call = calls_.find(id); call != calls_.end()) {
        inside |= call->second.function == "htf";
        return fmt::format("{}({}){}{}", call->second.function, list_of(call->second.arguments),
                           call->second.field.empty() ? "" : ".", call->second.field);
    }
    const auto infix = [&](std::string_view symbol) {
        return fmt::format("({} {} {})", input(0), symbol, input(1));
    };
    switch (node.op) {
    case Op::constant:
        if (node.type == ValueType::text)
            return fmt::format("\"{}\"", texts_[static_cast<std::size_t>(node.index)]);
        if (node.type == ValueType::boolean) return node.value != 0.0 ? "true" : "false";
        return shortest_text(node.value);
    case Op::parameter: return parameter_names[static_cast<std::size_t>(node.index)];
    case Op::series: return std::string(bar_field_name(node.index));
    case Op::negate: return fmt::format("-{}", input(0));
    case Op::absolute: return fmt::format("abs({})", input(0));
    case Op::square_root: return fmt::format("sqrt({})", input(0));
    case Op::add: return infix("+");
    case Op::subtract: return infix("-");
    case Op::multiply: return infix("*");
    case Op::divide: return infix("/");
    case Op::minimum: return fmt::format("min({}, {})", input(0), input(1));
    case Op::maximum: return fmt::format("max({}, {})", input(0), input(1));
    case Op::replace_nan: return fmt::format("nz({}, {})", input(0), input(1));
    case Op::ratio: return fmt::format("ratio({}, {})", input(0), input(1));
    case Op::less: return infix("<");
    case Op::less_equal: return infix("<=");
    case Op::equal: return infix("==");
    case Op::not_equal: return infix("!=");
    case Op::logical_and: return infix("and");
    case Op::logical_or: return infix("or");
    case Op::logical_not: return fmt::format("not {}", input(0));
    case Op::choose: return fmt::format("iff({}, {}, {})", input(2), input(0), input(1));
    case Op::shift: {
        const Node& x = nodes_[node.inputs[0]];
        const bool prefixed = x.op == Op::negate || x.op == Op::logical_not ||
                              (x.op == Op::constant && std::signbit(x.value)); // a subscript binds tighter
        return prefixed ? fmt::format("({})[{}]", input(0), input(1))
                        : fmt::format("{}[{}]", input(0), input(1));
    }
    case Op::kernel:
        return fmt::format("{}({})", column_kernels()[static_cast<std::size_t>(node.index)].name,
                           list_of(node.inputs));
    case Op::output: return fmt::format("{}.{}", input(0), node.index);
    }
    return "";
}

double evaluate_scalar(const Graph& graph, NodeId id, std::span<const double> parameters) {
    const Node& node = graph[id];
    switch (node.op) {
    case Op::constant: return node.value;
    case Op::parameter: return parameters[static_cast<std::size_t>(node.index)];
    default: break;
    }
    if (node.op == Op::choose)
        return evaluate_scalar(graph,
                               node.inputs[evaluate_scalar(graph, node.inputs[2], parameters) != 0.0 ? 0 : 1],
                               parameters);
    const double a = evaluate_scalar(graph, node.inputs[0], parameters);
    const double b = node.inputs.size() > 1 ? evaluate_scalar(graph, node.inputs[1], parameters) : 0.0;
    return apply(node.op, a, b);
}

} // namespace threadx
