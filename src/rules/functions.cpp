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

NodeId build_true_range(const BarSource& bars) {
    Graph& graph = bars.graph();
    const NodeId high = bars.field(BarField::high);
    const NodeId low = bars.field(BarField::low);
    const NodeId before = graph.shift(bars.field(BarField::close), graph.constant(1.0));
    const NodeId up = graph.unary(Op::absolute, graph.binary(Op::subtract, high, before));
    const NodeId down = graph.unary(Op::absolute, graph.binary(Op::subtract, low, before));
    return graph.binary(Op::maximum, graph.binary(Op::maximum, graph.binary(Op::subtract, high, low), up),
                        down);
}

template <BarField bar_field>
NodeId build_field(const BarSource& bars) {
    return bars.field(bar_field);
}

NodeId build_mean(const BarSource& bars, std::initializer_list<BarField> fields) {
    Graph& graph = bars.graph();
    NodeId sum = 0;
    bool first = true;
    for (const BarField field : fields) {
        sum = first ? bars.field(field) : graph.binary(Op::add, sum, bars.field(field));
        first = false;
    }
    return graph.binary(Op::divide, sum, graph.constant(static_cast<double>(fields.size())));
}

constexpr double unbounded = std::numeric_limits<double>::infinity();

constexpr IndicatorArgument number(std::string_view name, std::string_view default_text = "") {
    return {name, ArgumentKind::series, default_text, -unbounded, unbounded, "", {}};
}

constexpr IndicatorArgument one_number[] = {number("x")};
constexpr IndicatorArgument two_numbers[] = {number("a"), number("b")};
constexpr IndicatorArgument number_or_other[] = {number("x"), number("y", "0")};
constexpr IndicatorArgument a_choice[] = {
    {"condition", ArgumentKind::condition, "", -unbounded, unbounded, "", {}}, number("a"), number("b")};
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
         [](const BarSource& bars) {
             return build_mean(bars, {high, low});
         }},
        {"hlc3", "(high + low + close)/3",
         [](const BarSource& bars) {
             return build_mean(bars, {high, low, close});
         }},
        {"ohlc4", "(open + high + low + close)/4",
         [](const BarSource& bars) {
             return build_mean(bars, {open, high, low, close});
         }},
        {"tr", "true range; NaN at bar 0", build_true_range},
        {"time", "start of the bar: milliseconds since 1970-01-01 UTC", build_field<time>},
        {"time_close", "end of the bar: its start and the shortest step of the data",
         build_field<time_close>},
        {"hour", "hour of the bar's start in UTC, 0 to 23; hour(offset) is another zone's", nullptr},
        {"minute", "minute of the bar's start, 0 to 59", nullptr},
        {"second", "second of the bar's start, 0 to 59", nullptr},
        {"dayofweek", "day of the week of the bar's start in UTC: 1 is Sunday, 7 is Saturday", nullptr},
        {"dayofmonth", "day of the month of the bar's start in UTC, 1 to 31", nullptr},
        {"month", "month of the bar's start in UTC, 1 to 12", nullptr},
        {"year", "year of the bar's start in UTC", nullptr},
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
