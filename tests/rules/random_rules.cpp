#include "rules/random_rules.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "rules/bar_source.hpp"
#include "rules/functions.hpp"

namespace threadx::test {
namespace {

using Kind = RuleTree::Kind;

RuleTree leaf(Kind kind, std::string text) { return {kind, std::move(text), {}}; }
RuleTree name(std::string text) { return leaf(Kind::name, std::move(text)); }
RuleTree number(std::string text) { return leaf(Kind::number, std::move(text)); }
RuleTree call(std::string function, std::vector<RuleTree> arguments) {
    return {Kind::call, std::move(function), std::move(arguments)};
}
RuleTree infix(std::string op, RuleTree a, RuleTree b) {
    return {Kind::infix, std::move(op), {std::move(a), std::move(b)}};
}

RuleTree random_series(Dice& dice) {
    return name(dice.pick({"close", "close", "close", "open", "high", "low", "hl2", "hlc3", "ohlc4", "tr",
                           "volume", "minute"}));
}

RuleTree random_length(Dice& dice) {
    const double k = dice.unit();
    if (k < 0.5) return name(dice.pick({"n1", "n2", "n3"}));
    if (k < 0.9) return number(fmt::format("{}", dice.between(1, 60)));
    if (k < 0.95) return infix("+", name("n1"), name("n2"));
    return infix("*", name("n1"), number("2"));
}

// The period of htf() in random rules: of 4 bars of the tests.
constexpr std::int64_t longer_period = 240'000'000'000;

RuleTree over_longer_bars(RuleTree x) { return call("htf", {number("'4m'"), std::move(x)}); }

RuleTree random_look_back(Dice& dice, RuleTree x) {
    RuleTree bars = dice.chance(0.5) ? number(dice.pick({"0", "1", "3", "63", "64", "65"}))
                                     : name(dice.pick({"n0", "n1"}));
    return {Kind::look_back, "", {std::move(x), std::move(bars)}};
}

RuleTree random_scalar(Dice& dice) {
    const double k = dice.unit();
    if (k < 0.5) return number(dice.pick({"0", "1", "2", "0.5", "30", "1e-3", "1.25", "70"}));
    if (k < 0.8) return name(dice.pick({"k1", "k2", "n1"}));
    return infix(dice.pick({"+", "-", "*", "/"}), name("k1"), number(dice.pick({"2", "0.1", "50"})));
}

// How tightly an expression binds; the parser's levels, lowest first.
enum Level { disjunction = 1, conjunction, negation, comparison, sum, product, minus, postfix, primary };

Level level_of(const RuleTree& tree) {
    if (tree.kind == Kind::minus) return minus;
    if (tree.kind == Kind::negation) return negation;
    if (tree.kind == Kind::look_back) return postfix;
    if (tree.kind != Kind::infix) return primary;
    if (tree.text == "or") return disjunction;
    if (tree.text == "and") return conjunction;
    if (tree.text == "+" || tree.text == "-") return sum;
    if (tree.text == "*" || tree.text == "/") return product;
    return comparison;
}

// The text of a child where at least `needed` is expected.
std::string child_text(const RuleTree& child, Level needed, Parentheses parentheses) {
    const std::string text = rule_text(child, parentheses);
    return parentheses == Parentheses::full || level_of(child) < needed ? "(" + text + ")" : text;
}

NodeId mean(const BarSource& bars, std::initializer_list<BarField> fields) {
    Graph& graph = bars.graph();
    NodeId sum = bars.field(*fields.begin());
    for (const BarField* at = fields.begin() + 1; at != fields.end(); ++at)
        sum = graph.binary(Op::add, sum, bars.field(*at));
    return graph.binary(Op::divide, sum, graph.constant(static_cast<double>(fields.size())));
}

NodeId true_range(const BarSource& bars) {
    Graph& graph = bars.graph();
    const NodeId high = bars.field(BarField::high);
    const NodeId low = bars.field(BarField::low);
    const NodeId before = graph.shift(bars.field(BarField::close), graph.constant(1.0));
    const auto distance = [&](NodeId a) {
        return graph.unary(Op::absolute, graph.binary(Op::subtract, a, before));
    };
    const NodeId range = graph.binary(Op::subtract, high, low);
    return graph.binary(Op::maximum, graph.binary(Op::maximum, range, distance(high)), distance(low));
}

// minute is (time / 60000) modulo 60.
NodeId minute(const BarSource& bars) {
    Graph& graph = bars.graph();
    const NodeId offset = graph.constant(0.0);
    const NodeId node = call_function(graph, "time_part",
                                      std::array{bars.field(BarField::time), offset, graph.constant(60'000.0),
                                                 graph.constant(60.0)})
                            .nodes[0];
    graph.describe_as_call(node, "minute", std::array{offset}, "");
    return node;
}

NodeId series(const BarSource& bars, const std::string& text) {
    using enum BarField;
    if (text == "hl2") return mean(bars, {high, low});
    if (text == "hlc3") return mean(bars, {high, low, close});
    if (text == "ohlc4") return mean(bars, {open, high, low, close});
    if (text == "tr") return true_range(bars);
    if (text == "minute") return minute(bars);
    static const std::map<std::string, BarField> fields = {
        {"open", open}, {"high", high}, {"low", low}, {"close", close}, {"volume", volume}, {"time", time}};
    return bars.field(fields.at(text));
}

NodeId crossing(Graph& graph, NodeId a, NodeId b) {
    const NodeId before = graph.shift(graph.binary(Op::less_equal, a, b), graph.constant(1.0));
    return graph.binary(Op::logical_and, graph.binary(Op::less, b, a), before);
}

NodeId called(const BarSource& bars, const std::string& function, const std::vector<NodeId>& arguments) {
    Graph& graph = bars.graph();
    if (function == "atr")
        return call_function(graph, "rma", std::array{true_range(bars), arguments[0]}).nodes[0];
    if (function == "crossover") return crossing(graph, arguments[0], arguments[1]);
    if (function == "crossunder") return crossing(graph, arguments[1], arguments[0]);
    if (function == "abs") return graph.unary(Op::absolute, arguments[0]);
    if (function == "sqrt") return graph.unary(Op::square_root, arguments[0]);
    if (function == "min") return graph.binary(Op::minimum, arguments[0], arguments[1]);
    if (function == "max") return graph.binary(Op::maximum, arguments[0], arguments[1]);
    if (function == "iff") return graph.choose(arguments[0], arguments[1], arguments[2]);
    if (function == "nz")
        return graph.binary(Op::replace_nan, arguments[0],
                            arguments.size() > 1 ? arguments[1] : graph.constant(0.0));
    return call_function(graph, function, arguments).nodes[0];
}

NodeId joined(Graph& graph, const std::string& op, NodeId a, NodeId b) {
    if (op == ">") return graph.binary(Op::less, b, a);
    if (op == ">=") return graph.binary(Op::less_equal, b, a);
    static const std::map<std::string, Op> operations = {
        {"+", Op::add},           {"-", Op::subtract},    {"*", Op::multiply}, {"/", Op::divide},
        {"<", Op::less},          {"<=", Op::less_equal}, {"==", Op::equal},   {"!=", Op::not_equal},
        {"and", Op::logical_and}, {"or", Op::logical_or}};
    return graph.binary(operations.at(op), a, b);
}

} // namespace

const std::vector<std::string>& random_rule_parameters() {
    static const std::vector<std::string> names = {"n0", "n1", "n2", "n3", "k1", "k2"};
    return names;
}

RuleNames random_rule_names(Graph& graph) {
    RuleNames names;
    int index = 0;
    for (const std::string& parameter : random_rule_parameters()) {
        names.values[parameter] = graph.parameter(index, parameter[0] == 'n');
        ++index;
    }
    return names;
}

RuleTree random_number(Dice& dice, int depth) {
    const double k = dice.unit();
    if (depth > 3 || k < 0.12) return random_series(dice);
    if (k < 0.40) {
        RuleTree x = dice.chance(0.8) ? random_series(dice) : random_number(dice, depth + 1);
        return call(dice.pick({"sma", "ema", "rma", "highest", "lowest", "sum", "stdev", "rsi"}),
                    {std::move(x), random_length(dice)});
    }
    if (k < 0.58)
        return infix(dice.pick({"+", "-", "*", "/"}), random_number(dice, depth + 1),
                     dice.chance(0.5) ? random_scalar(dice) : random_number(dice, depth + 1));
    if (k < 0.66)
        return call(dice.pick({"min", "max", "nz"}),
                    {random_number(dice, depth + 1), random_number(dice, depth + 1)});
    if (k < 0.78) return random_look_back(dice, random_number(dice, depth + 1));
    if (k < 0.84) return {Kind::minus, "-", {random_number(dice, depth + 1)}};
    if (k < 0.90) return call(dice.pick({"abs", "sqrt", "nz"}), {random_number(dice, depth + 1)});
    if (k < 0.93)
        return call("iff", {random_condition(dice, depth + 1), random_number(dice, depth + 1),
                            random_number(dice, depth + 1)});
    if (k < 0.945) return call("atr", {random_length(dice)});
    if (k < 0.965) return over_longer_bars(random_number(dice, depth + 1));
    return random_scalar(dice);
}

RuleTree random_condition(Dice& dice, int depth) {
    const double k = dice.unit();
    if (k < 0.3 || depth > 3)
        return call(dice.pick({"crossover", "crossunder"}), {random_number(dice, 2), random_number(dice, 2)});
    if (k < 0.6)
        return infix(dice.pick({"<", "<=", ">", ">=", "==", "!="}), random_number(dice, depth + 1),
                     random_number(dice, depth + 1));
    if (k < 0.66) return infix(dice.pick({"<", ">"}), random_scalar(dice), random_scalar(dice));
    if (k < 0.70) return name(dice.pick({"true", "false"}));
    if (k < 0.78) return random_look_back(dice, random_condition(dice, depth + 1));
    if (k < 0.84) return {Kind::negation, "not", {random_condition(dice, depth + 1)}};
    if (k < 0.86) return over_longer_bars(random_condition(dice, depth + 1));
    return infix(dice.pick({"and", "or"}), random_condition(dice, depth + 1),
                 random_condition(dice, depth + 1));
}

std::string rule_text(const RuleTree& tree, Parentheses parentheses) {
    const Level level = level_of(tree);
    const auto child = [&](std::size_t i, Level needed) {
        return child_text(tree.children[i], needed, parentheses);
    };
    switch (tree.kind) {
    case Kind::number:
    case Kind::name: return tree.text;
    case Kind::minus: return "-" + child(0, minus);
    case Kind::negation: return "not " + child(0, negation);
    case Kind::infix: {
        const Level left = level == comparison ? sum : level;
        return fmt::format("{} {} {}", child(0, left), tree.text, child(1, static_cast<Level>(level + 1)));
    }
    case Kind::look_back: return fmt::format("{}[{}]", child(0, postfix), child(1, sum));
    case Kind::call: break;
    }
    std::string text = tree.text + "(";
    for (std::size_t i = 0; i < tree.children.size(); ++i)
        text += (i > 0 ? ", " : "") + child(i, disjunction);
    return text + ")";
}

namespace {

NodeId build(const BarSource& bars, const RuleNames& names, const RuleTree& tree) {
    Graph& graph = bars.graph();
    if (tree.text == "htf") {
        const BarSource longer(bars, longer_period);
        return longer.unpacked(build(longer, names, tree.children[1]));
    }
    std::vector<NodeId> children;
    for (const RuleTree& child : tree.children) children.push_back(build(bars, names, child));
    switch (tree.kind) {
    case Kind::number: return graph.constant(*parse_number(tree.text));
    case Kind::minus: return graph.unary(Op::negate, children[0]);
    case Kind::negation: return graph.unary(Op::logical_not, children[0]);
    case Kind::infix: return joined(graph, tree.text, children[0], children[1]);
    case Kind::look_back: return graph.shift(children[0], children[1]);
    case Kind::call: return called(bars, tree.text, children);
    case Kind::name: break;
    }
    if (tree.text == "true" || tree.text == "false") return graph.boolean(tree.text == "true");
    const auto known = names.values.find(tree.text);
    return known != names.values.end() ? known->second.nodes[0] : series(bars, tree.text);
}

} // namespace

NodeId build_rule(Graph& graph, const RuleNames& names, const RuleTree& tree) {
    return build(BarSource(graph), names, tree);
}

std::string random_strategy(Dice& dice) {
    const auto condition = [&] { return rule_text(random_condition(dice, 1)); };
    std::string text = "[params]\n";
    text += fmt::format("n0 = {{ default = {}, min = 0, max = 600, kind = \"int\" }}\n",
                        dice.pick({0, 1, 2, 70}));
    for (const char* name : {"n1", "n2", "n3"})
        text += fmt::format("{} = {{ default = {}, min = 1, max = 600, kind = \"int\" }}\n", name,
                            dice.between(1, 40));
    for (const char* name : {"k1", "k2"})
        text += fmt::format("{} = {{ default = {}, min = 0.01, max = 100.0 }}\n", name,
                            shortest_text(dice.between(0.3, 3.0)));
    text += fmt::format("\n[let]\na = \"{}\"\nb = \"sma(close, n1) + k1 * stdev(close, n2)\"\n",
                        rule_text(random_number(dice, 1)));
    const bool shorts = dice.chance(0.7);
    text += "\n[rules]\n";
    text += fmt::format("enter_long = \"{}\"\n", dice.chance(0.6) ? "crossover(close, a)" : condition());
    if (dice.chance(0.7))
        text += fmt::format("exit_long = \"{}\"\n", dice.chance(0.5) ? "close > b" : condition());
    if (shorts)
        text +=
            fmt::format("enter_short = \"{}\"\n", dice.chance(0.5) ? "crossunder(close, a)" : condition());
    if (shorts && dice.chance(0.6)) text += fmt::format("exit_short = \"{}\"\n", condition());
    text += "\n[risk]\n";
    const bool stop = dice.chance(0.7);
    if (stop) {
        text += fmt::format("stop_distance = \"{}\"\n",
                            dice.pick({"k1 * atr(n1)", "0.01 * k1 * close", "0.004 * close",
                                       "2 * stdev(close, n2)", "k2", "abs(close - a)"}));
        text += fmt::format("trailing = {}\n", dice.chance(0.5));
    }
    if (dice.chance(0.5))
        text +=
            fmt::format("target_distance = \"{}\"\n",
                        dice.pick({"2 * k1 * atr(n1)", "0.02 * k1 * close", "0.006 * close", "a - close"}));
    if (dice.chance(0.4))
        text += fmt::format("max_hold = \"{}\"\n", dice.pick({"n1", "n0", "17", "n1 + n2"}));
    if (dice.chance(0.4)) text += fmt::format("spacing = \"{}\"\n", dice.pick({"n2", "n0", "9"}));
    if (dice.chance(0.3)) text += "reverse = false\n";
    const std::string sizes =
        dice.pick({"equity = 1.0", "equity = 0.3", "equity = 2.5", "equity = 25.0", "cash = 2500.0",
                   "units = 0.5", "equity = \"k1 / 2\"", "units = \"k2\""});
    text += fmt::format("size = {{ {} }}\n", stop && dice.chance(0.4) ? "risk = 0.01" : sizes);
    return text;
}

} // namespace threadx::test
