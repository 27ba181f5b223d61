// Columns computed block by block, as planned, against the same expressions computed bar by bar.
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "device/backtests.hpp"
#include "device/naive_columns.hpp"
#include "rules/random_rules.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

// A strategy that is just a graph with the parameters of random rules.
struct Expression {
    Strategy strategy;
    RuleNames names = random_rule_names(strategy.graph);
};

std::vector<double> random_parameters(Dice& dice) { // n0 n1 n2 n3 k1 k2
    return {static_cast<double>(dice.pick({0, 1, 2, 63, 64, 65, 511, 512, 513, 600})),
            static_cast<double>(dice.between(1, 70)),
            static_cast<double>(dice.between(1, 20)),
            static_cast<double>(dice.between(1, 600)),
            dice.between(0.1, 3.0),
            dice.between(-1.0, 1.0)};
}

// Where the column of `node` differs from the naive one; "" if nowhere.
std::string mismatch(const Strategy& strategy, NodeId node, const std::vector<double>& parameters,
                     const Bars& bars, const KernelTable& kernels) {
    const Plan plan = make_column_plan(strategy.graph, node, bars.size());
    CpuSimulator simulator(strategy, plan, bars, {}, Precision::float64, kernels, 1);
    CpuSimulator::Worker worker(simulator);
    const ScenarioBatch batch{1, parameters.size(), 0, parameters, {}};
    const ColumnView column = worker.column(static_cast<int>(plan.columns.size()) - 1, batch, 0);
    const std::vector<double> expected = naive_column(strategy.graph, node, parameters, bars);
    const bool truth = strategy.graph[node].type == ValueType::boolean;
    for (std::size_t t = 0; t < padded_bars(bars.size()); ++t) {
        const bool inside = t < bars.size();
        if (truth) {
            const double found = static_cast<double>(column.bits[t / 64] >> (t % 64) & 1U);
            if (found != (inside ? expected[t] : 0.0)) return "truth at bar " + std::to_string(t);
        } else if (inside && !same_bits(column.numbers[t], expected[t])) {
            return "bar " + std::to_string(t) + ": " + std::to_string(column.numbers[t]) + " instead of " +
                   std::to_string(expected[t]);
        }
    }
    return "";
}

} // namespace

TEST_CASE("random expressions are computed as bar by bar, for bars around the borders of words and blocks") {
    CHECK(rc::check("expressions", [](std::uint64_t seed) {
        Dice dice(seed);
        Expression expression;
        const RuleTree tree = dice.chance(0.5) ? random_number(dice) : random_condition(dice);
        const NodeId node = build_rule(expression.strategy.graph, expression.names, tree);
        const std::vector<double> parameters = random_parameters(dice);
        const Bars bars =
            random_bars(dice, dice.pick<std::size_t>({1, 2, 63, 64, 65, 127, 511, 512, 513, 1024, 1025}));
        RC_LOG(rule_text(tree));
        for (const KernelTable* kernels : available_kernels())
            RC_ASSERT(mismatch(expression.strategy, node, parameters, bars, *kernels) == "");
    }));
}

TEST_CASE("looking back works for any number of bars, also beyond the first") {
    for (const std::size_t count : {1U, 63U, 64U, 65U, 511U, 512U, 513U, 1025U}) {
        Dice dice(count);
        const Bars bars = random_bars(dice, count);
        for (const double back :
             {0.0, 1.0, 63.0, 64.0, 65.0, 127.0, 511.0, 512.0, 513.0, 600.0, 1025.0, 1e6, 1e300}) {
            CAPTURE(count);
            CAPTURE(back);
            Expression expression;
            Graph& graph = expression.strategy.graph;
            const std::vector<double> parameters = {back, 1.0, 1.0, 1.0, 1.0, 1.0};
            const NodeId k = expression.names.values.at("n0").nodes[0];
            const NodeId close = graph.field(BarField::close);
            const NodeId up = graph.binary(Op::less, graph.field(BarField::open), close);
            const NodeId down = graph.unary(Op::logical_not, up);
            for (const NodeId node :
                 {graph.shift(close, k), graph.shift(up, k), graph.shift(down, k),
                  graph.binary(Op::add, graph.shift(close, k), close),
                  graph.binary(Op::logical_or, graph.shift(down, k), up),
                  graph.unary(Op::logical_not, graph.shift(up, k)), graph.shift(graph.shift(close, k), k),
                  graph.shift(graph.constant(5.0), k)})
                for (const KernelTable* kernels : available_kernels())
                    CHECK(mismatch(expression.strategy, node, parameters, bars, *kernels) == "");
        }
    }
}

TEST_CASE("a program looks back at what it computes itself, and further back at what is stored") {
    for (const std::size_t count : {1U, 63U, 64U, 65U, 255U, 256U, 257U, 511U, 513U, 1025U}) {
        Dice dice(count);
        const Bars bars = random_bars(dice, count);
        for (const double back : {0.0, 1.0, 2.0, 63.0, 64.0, 65.0, 300.0}) {
            CAPTURE(count);
            CAPTURE(back);
            Expression expression;
            Graph& graph = expression.strategy.graph;
            const std::vector<double> parameters = {0.0, 1.0, 1.0, 1.0, 1.0, 1.0};
            const NodeId k = graph.constant(back);
            const NodeId open = graph.field(BarField::open);
            const NodeId close = graph.field(BarField::close);
            const NodeId change = graph.binary(Op::subtract, close, open);
            const NodeId up = graph.binary(Op::less, open, close);
            const NodeId larger = graph.binary(Op::less, graph.shift(change, k), change);
            for (const NodeId node :
                 {graph.binary(Op::add, graph.shift(change, k), change), larger,
                  graph.binary(Op::logical_and, graph.shift(up, k), graph.unary(Op::logical_not, up)),
                  graph.binary(Op::logical_or, graph.shift(larger, graph.constant(1.0)), up),
                  graph.binary(Op::multiply, graph.shift(change, k),
                               graph.shift(change, graph.constant(3.0)))})
                for (const KernelTable* kernels : available_kernels())
                    CHECK(mismatch(expression.strategy, node, parameters, bars, *kernels) == "");
        }
    }
}

TEST_CASE("crossings are seen at the borders of words and blocks, of series, scalars and computed values") {
    Dice dice(12);
    for (const std::size_t count : {1U, 64U, 65U, 129U, 513U, 1025U}) {
        CAPTURE(count);
        Bars bars = random_bars(dice, count);
        for (std::size_t t = 0; t < count; ++t) // above open, and below it, by turns
            bars.close[t] = t % 2 == 0 ? bars.open[t] - 0.5 : bars.open[t] + 0.5;
        Expression expression;
        Graph& graph = expression.strategy.graph;
        const std::vector<double> parameters = {0.0, 1.0, 1.0, 1.0, 0.25, 0.25};
        const NodeId open = graph.field(BarField::open);
        const NodeId close = graph.field(BarField::close);
        const NodeId above = graph.binary(Op::subtract, close, open);
        const NodeId k = expression.names.values.at("k1").nodes[0];
        for (const auto& [a, b] :
             {std::pair(close, open), std::pair(open, close), std::pair(above, k), std::pair(k, above),
              std::pair(graph.shift(above, graph.constant(1.0)), above)}) {
            const NodeId crossing =
                graph.binary(Op::logical_and, graph.binary(Op::less, b, a),
                             graph.shift(graph.binary(Op::less_equal, a, b), graph.constant(1.0)));
            for (const NodeId node : {crossing, graph.unary(Op::logical_not, crossing)})
                for (const KernelTable* kernels : available_kernels())
                    CHECK(mismatch(expression.strategy, node, parameters, bars, *kernels) == "");
        }
    }
}

TEST_CASE("a deep program needs working storage that is used again, and gives the same values") {
    Dice dice(9);
    Expression expression;
    Graph& graph = expression.strategy.graph;
    // a balanced tree of sums of products that share leaves: many results are alive at the same time
    std::vector<NodeId> level;
    for (int i = 0; i < 64; ++i)
        level.push_back(graph.binary(dice.pick({Op::add, Op::multiply, Op::subtract}),
                                     graph.field(static_cast<BarField>(dice.below(4))),
                                     graph.constant(i * 0.37 + 0.1)));
    while (level.size() > 1) {
        std::vector<NodeId> next;
        for (std::size_t i = 0; i + 1 < level.size(); i += 2)
            next.push_back(graph.binary(dice.pick({Op::add, Op::subtract, Op::minimum, Op::divide}), level[i],
                                        level[i + 1]));
        level = next;
    }
    const std::vector<double> parameters = {0.0, 1.0, 1.0, 1.0, 1.0, 1.0};
    const Bars bars = random_bars(dice, 700);
    for (const KernelTable* kernels : available_kernels())
        CHECK(mismatch(expression.strategy, level[0], parameters, bars, *kernels) == "");
}
