#include "rules/functions.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace threadx {
namespace {

// a > b now, and a ≤ b one bar ago.
NodeId build_crossing(Graph& graph, NodeId a, NodeId b) {
    const NodeId above = graph.binary(Op::less, b, a);
    const NodeId not_above = graph.binary(Op::less_equal, a, b);
    return graph.binary(Op::logical_and, above, graph.shift(not_above, graph.constant(1.0)));
}

NodeId build_true_range(Graph& graph) {
    const NodeId high = graph.field(BarField::high);
    const NodeId low = graph.field(BarField::low);
    const NodeId before = graph.shift(graph.field(BarField::close), graph.constant(1.0));
    const NodeId up = graph.unary(Op::absolute, graph.binary(Op::subtract, high, before));
    const NodeId down = graph.unary(Op::absolute, graph.binary(Op::subtract, low, before));
    return graph.binary(Op::maximum, graph.binary(Op::maximum, graph.binary(Op::subtract, high, low), up),
                        down);
}

template <BarField bar_field>
NodeId build_field(Graph& graph) {
    return graph.field(bar_field);
}

NodeId build_mean(Graph& graph, std::initializer_list<BarField> fields) {
    NodeId sum = 0;
    bool first = true;
    for (const BarField field : fields) {
        sum = first ? graph.field(field) : graph.binary(Op::add, sum, graph.field(field));
        first = false;
    }
    return graph.binary(Op::divide, sum, graph.constant(static_cast<double>(fields.size())));
}

constexpr double unbounded = std::numeric_limits<double>::infinity();

constexpr IndicatorArgument number(std::string_view name, std::string_view default_text = "") {
    return {name, ArgumentKind::series, default_text, -unbounded, unbounded, ""};
}

constexpr IndicatorArgument one_number[] = {number("x")};
constexpr IndicatorArgument two_numbers[] = {number("a"), number("b")};
constexpr IndicatorArgument number_or_other[] = {number("x"), number("y", "0")};
constexpr IndicatorArgument a_choice[] = {
    {"condition", ArgumentKind::condition, "", -unbounded, unbounded, ""}, number("a"), number("b")};
constexpr NamedExpression one_result[] = {{"value", ""}};

constexpr Indicator described(std::string_view name, std::string_view help,
                              std::span<const IndicatorArgument> arguments) {
    return {.name = name,
            .group = "language",
            .help = help,
            .source = "SEMANTICS section 5",
            .talib = "",
            .undefined = "0",
            .tolerance = 0.0,
            .hidden = false,
            .arguments = arguments,
            .lets = {},
            .outputs = one_result,
            .kernel = -1,
            .series = {},
            .scalars = {}};
}

struct Primitive {
    Indicator description{};
    NodeId (*build)(Graph& graph, std::span<const NodeId> arguments) = nullptr;
};

constexpr std::array<Primitive, 8> primitives = {{
    {described("abs", "absolute value", one_number),
     [](Graph& graph, std::span<const NodeId> in) { return graph.unary(Op::absolute, in[0]); }},
    {described("crossover", "a rises above b: a > b now, a <= b one bar ago", two_numbers),
     [](Graph& graph, std::span<const NodeId> in) { return build_crossing(graph, in[0], in[1]); }},
    {described("crossunder", "a falls below b: a < b now, a >= b one bar ago", two_numbers),
     [](Graph& graph, std::span<const NodeId> in) { return build_crossing(graph, in[1], in[0]); }},
    {described("iff", "a where the condition holds, else b", a_choice),
     [](Graph& graph, std::span<const NodeId> in) { return graph.choose(in[0], in[1], in[2]); }},
    {described("max", "the larger; NaN if either is", two_numbers),
     [](Graph& graph, std::span<const NodeId> in) { return graph.binary(Op::maximum, in[0], in[1]); }},
    {described("min", "the smaller; NaN if either is", two_numbers),
     [](Graph& graph, std::span<const NodeId> in) { return graph.binary(Op::minimum, in[0], in[1]); }},
    {described("nz", "x, or y where x is NaN", number_or_other),
     [](Graph& graph, std::span<const NodeId> in) { return graph.binary(Op::replace_nan, in[0], in[1]); }},
    {described("sqrt", "square root; NaN below 0", one_number),
     [](Graph& graph, std::span<const NodeId> in) { return graph.unary(Op::square_root, in[0]); }},
}};

const std::vector<SeriesName>& series_table() {
    using enum BarField;
    static const std::vector<SeriesName> table = {
        {"open", "price at the start of the bar", build_field<open>},
        {"high", "highest price of the bar", build_field<high>},
        {"low", "lowest price of the bar", build_field<low>},
        {"close", "price at the end of the bar", build_field<close>},
        {"volume", "traded volume of the bar", build_field<volume>},
        {"hl2", "(high + low)/2",
         [](Graph& graph) {
             return build_mean(graph, {high, low});
         }},
        {"hlc3", "(high + low + close)/3",
         [](Graph& graph) {
             return build_mean(graph, {high, low, close});
         }},
        {"ohlc4", "(open + high + low + close)/4",
         [](Graph& graph) {
             return build_mean(graph, {open, high, low, close});
         }},
        {"tr", "true range; NaN at bar 0", build_true_range},
    };
    return table;
}

} // namespace

std::optional<Function> find_function(std::string_view name) {
    for (const Primitive& primitive : primitives)
        if (primitive.description.name == name) return Function{&primitive.description, primitive.build};
    const std::span<const Indicator> all = indicators();
    const auto at =
        std::lower_bound(all.begin(), all.end(), name,
                         [](const Indicator& each, std::string_view wanted) { return each.name < wanted; });
    if (at == all.end() || at->name != name) return std::nullopt;
    return Function{&*at, nullptr};
}

std::vector<Function> functions() {
    std::vector<Function> out;
    for (const Primitive& primitive : primitives) out.push_back({&primitive.description, primitive.build});
    for (const Indicator& indicator : indicators())
        if (!indicator.hidden) out.push_back({&indicator, nullptr});
    std::sort(out.begin(), out.end(),
              [](const Function& a, const Function& b) { return a.description->name < b.description->name; });
    return out;
}

std::string signature(const Indicator& function) {
    std::string text(function.name);
    for (const IndicatorArgument& argument : function.arguments) {
        text += text.size() == function.name.size() ? "(" : ", ";
        text += argument.name;
        if (!argument.default_text.empty()) text.append(" = ").append(argument.default_text);
    }
    return text + (function.arguments.empty() ? "()" : ")");
}

std::size_t required_arguments(const Indicator& function) {
    std::size_t count = 0;
    while (count < function.arguments.size() && function.arguments[count].default_text.empty()) ++count;
    return count;
}

std::span<const SeriesName> series_names() { return series_table(); }

} // namespace threadx
