#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "rules/random_rules.hpp"
#include "rules/strategy.hpp"
#include "rules/testing.hpp"

using namespace threadx;
using test::Dice;

namespace {

bool same_bits(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) ||
           std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

// A number where rounding, signs and undefined values show.
double telling_number(Dice& dice) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (dice.chance(0.5))
        return dice.pick({0.0, -0.0, 1.0, -1.0, 0.1, 1.0 / 3.0, 5e-324, -2e-310, 1e308, -1e308, infinity,
                          -infinity, std::numeric_limits<double>::quiet_NaN()});
    return dice.between(-100.0, 100.0);
}

constexpr Op unary_operations[] = {Op::negate, Op::absolute, Op::square_root};
constexpr Op binary_operations[] = {Op::add,        Op::subtract, Op::multiply,    Op::divide,
                                    Op::minimum,    Op::maximum,  Op::replace_nan, Op::less,
                                    Op::less_equal, Op::equal,    Op::not_equal};

// The parameters below a node, found without what the nodes say of themselves.
ParameterSet parameters_below(const Graph& graph, NodeId id) {
    if (graph[id].op == Op::parameter) return ParameterSet{1} << static_cast<unsigned>(graph[id].index);
    ParameterSet found = 0;
    for (const NodeId input : graph[id].inputs) found |= parameters_below(graph, input);
    return found;
}

bool varies_below(const Graph& graph, NodeId id) {
    const Op op = graph[id].op;
    if (op == Op::series || op == Op::shift || op == Op::kernel) return true;
    for (const NodeId input : graph[id].inputs)
        if (varies_below(graph, input)) return true;
    return false;
}

} // namespace

TEST_CASE("equal subexpressions are one node") {
    test::Rules rules;
    CHECK(rules("close + open") == rules("open + close"));
    CHECK(rules("close * open") == rules("open * close"));
    CHECK(rules("close > open") == rules("open < close"));
    CHECK(rules("close >= open") == rules("open <= close"));
    CHECK(rules("close == open") == rules("open == close"));
    CHECK(rules("close != open") == rules("open != close"));
    CHECK(rules("close > 1 and open > 2") == rules("open > 2 and close > 1"));
    CHECK(rules("close > 1 or open > 2") == rules("open > 2 or close > 1"));
    CHECK(rules("crossover(close, open)") == rules("crossunder(open, close)"));
    CHECK(rules("close[0]") == rules("close"));
    CHECK(rules("sma(close, 10 + 10)") == rules("sma(close, 20)"));
    CHECK(rules("(sma(close, n) + 1) * (sma(close, n) + 1)") ==
          rules("(1 + sma(close, n)) * (1 + sma(close, n))"));
}

TEST_CASE("what is not equal is not one node") {
    test::Rules rules;
    CHECK(rules("close - open") != rules("open - close"));
    CHECK(rules("close / open") != rules("open / close"));
    CHECK(rules("close > open") != rules("close >= open"));
    CHECK(rules("min(close, open)") != rules("min(open, close)")); // of 0 and -0 it is the first
    CHECK(rules("nz(close, open)") != rules("nz(open, close)"));
    CHECK(rules("(close + open) + p") != rules("close + (open + p)")); // rounding
    CHECK(rules("close[1]") != rules("close[2]"));
    CHECK(rules("sma(close, 3)") != rules("ema(close, 3)"));
    CHECK(rules("0.0") != rules("-0.0"));
    CHECK(rules("true") != rules("1"));
}

TEST_CASE("a let entry that is used twice is computed once") {
    const Strategy strategy =
        parse_strategy("[let]\nm = \"sma(close, 20)\"\n[rules]\nenter_long = \"close > m\"\n"
                       "exit_long = \"close < m\"\nenter_short = \"m > close\"\n",
                       "s");
    std::size_t kernels = 0;
    for (NodeId id = 0; id < strategy.graph.size(); ++id)
        kernels += strategy.graph[id].op == Op::kernel ? 1 : 0;
    CHECK(kernels == 2);                               // the sums up to each bar, and their differences
    CHECK(strategy.signals[1] == strategy.signals[2]); // close < m and m > close
}

TEST_CASE("folding constants gives the bits of evaluating them") {
    CHECK(rc::check("constants in the graph and the same numbers as parameters", [](std::uint64_t seed) {
        Dice dice(seed);
        const double a = telling_number(dice);
        const double b = telling_number(dice);
        const std::vector<double> values = {a, b};
        Graph graph;
        const NodeId p = graph.parameter(0, false);
        const NodeId q = graph.parameter(1, false);
        for (const Op op : unary_operations) {
            const NodeId folded = graph.unary(op, graph.constant(a));
            RC_ASSERT(graph[folded].op == Op::constant);
            RC_ASSERT(same_bits(graph[folded].value, evaluate_scalar(graph, graph.unary(op, p), values)));
        }
        for (const Op op : binary_operations) {
            const NodeId folded = graph.binary(op, graph.constant(a), graph.constant(b));
            const NodeId evaluated = graph.binary(op, p, q);
            RC_ASSERT(graph[folded].op == Op::constant);
            RC_ASSERT(graph[folded].type == graph[evaluated].type);
            RC_ASSERT(same_bits(graph[folded].value, evaluate_scalar(graph, evaluated, values)));
        }
    }));
}

TEST_CASE("truths fold as they evaluate") {
    Graph graph;
    const NodeId p = graph.parameter(0, false);
    const NodeId zero = graph.constant(0.0);
    for (const bool a : {false, true}) {
        CHECK((graph[graph.unary(Op::logical_not, graph.boolean(a))].value != 0.0) == !a);
        for (const bool b : {false, true}) {
            const std::vector<double> values = {a ? 1.0 : 0.0};
            const NodeId truth = graph.binary(Op::not_equal, p, zero);
            for (const Op op : {Op::logical_and, Op::logical_or}) {
                const bool expected = op == Op::logical_and ? (a && b) : (a || b);
                const NodeId folded = graph.binary(op, graph.boolean(a), graph.boolean(b));
                CHECK(graph[folded].type == ValueType::boolean);
                CHECK((graph[folded].value != 0.0) == expected);
                const NodeId evaluated = graph.binary(op, truth, graph.boolean(b));
                CHECK((evaluate_scalar(graph, evaluated, values) != 0.0) == expected);
            }
        }
    }
}

TEST_CASE("the operations mean what the rule language says") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(std::isnan(apply(Op::divide, 1.0, 0.0)));
    CHECK(std::isnan(apply(Op::divide, 1.0, -0.0)));
    CHECK(std::isnan(apply(Op::square_root, -1.0, 0.0)));
    CHECK(std::isnan(apply(Op::minimum, 1.0, nan)));
    CHECK(std::isnan(apply(Op::maximum, nan, 1.0)));
    CHECK(apply(Op::replace_nan, nan, 2.0) == 2.0);
    CHECK(apply(Op::replace_nan, 1.0, 2.0) == 1.0);
    CHECK(apply(Op::ratio, 3.0, 2.0) == 1.5);
    CHECK(apply(Op::ratio, 3.0, 0.0) == 0.0);
    CHECK(apply(Op::ratio, 3.0, -0.0) == 0.0);
    CHECK(std::isnan(apply(Op::ratio, nan, 0.0)));
    for (const Op op : {Op::less, Op::less_equal, Op::equal, Op::not_equal}) {
        CHECK(apply(op, nan, 1.0) == 0.0);
        CHECK(apply(op, 1.0, nan) == 0.0);
        CHECK(apply(op, nan, nan) == 0.0);
    }
}

TEST_CASE("a node knows the parameters it depends on, whether it varies, and refers to earlier nodes") {
    CHECK(rc::check("what nodes say of themselves", [](std::uint64_t seed) {
        Dice dice(seed);
        Graph graph;
        const RuleNames names = test::random_rule_names(graph);
        const test::RuleTree tree =
            dice.chance(0.5) ? test::random_number(dice) : test::random_condition(dice);
        test::build_rule(graph, names, tree);
        for (NodeId id = 0; id < graph.size(); ++id) {
            RC_ASSERT(graph[id].parameters == parameters_below(graph, id));
            RC_ASSERT(graph[id].varies == varies_below(graph, id));
            for (const NodeId input : graph[id].inputs) RC_ASSERT(input < id);
        }
    }));
}

TEST_CASE("a node that says it is whole is whole for whole parameters") {
    CHECK(rc::check("whole numbers", [](std::uint64_t seed) {
        Dice dice(seed);
        Graph graph;
        std::vector<NodeId> nodes = {graph.parameter(0, true), graph.parameter(1, false), graph.constant(3.0),
                                     graph.constant(0.5), graph.constant(-2.0)};
        for (int i = 0; i < 12; ++i) {
            const NodeId a = nodes[dice.below(nodes.size())];
            const NodeId b = nodes[dice.below(nodes.size())];
            nodes.push_back(dice.chance(0.3) ? graph.unary(unary_operations[dice.below(3)], a)
                                             : graph.binary(binary_operations[dice.below(7)], a, b));
        }
        const std::vector<double> values = {static_cast<double>(dice.between(-9, 9)),
                                            dice.between(-9.0, 9.0)};
        for (const NodeId node : nodes) {
            const double value = evaluate_scalar(graph, node, values);
            if (graph[node].integer) RC_ASSERT(value == std::floor(value));
        }
    }));
}
