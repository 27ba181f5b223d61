// Which columns are computed together, and that nothing is seen of it.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "device/backtests.hpp"
#include "device/computed_column.hpp"
#include "device/cpu/column_fusion.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

// How many columns are computed with each, last ones alone, of a plan for these expressions.
std::vector<std::size_t> sizes(const std::vector<std::string>& expressions,
                               const std::vector<Axis>& axes = {}) {
    Graph graph;
    if (!axes.empty()) graph.parameter(0, true);
    RuleNames names;
    if (!axes.empty()) names.values.emplace("n", graph.parameter(0, true));
    std::vector<NodeId> nodes;
    for (const std::string& expression : expressions)
        nodes.push_back(
            compile_value(graph, names, {expression, "EXPR:1:1", "the expression"}).nodes.front());
    const ColumnsPlan columns = make_columns_plan(graph, nodes, 1000, axes);
    const ColumnFusion fusion(columns.plan, choose_kernels("auto"));
    std::vector<std::size_t> out;
    for (const int column : columns.columns)
        out.push_back(fusion.with(static_cast<std::size_t>(column)).columns.size());
    return out;
}

} // namespace

TEST_CASE("what one column alone reads is computed with it") {
    if (choose_kernels("auto").name == std::string("scalar")) return; // computes sums as the text says
    CHECK(sizes({"sma(hl2, 5) - sma(hl2, 34)"}) == std::vector<std::size_t>{4});
    CHECK(sizes({"ema(high - low, 9)"}) == std::vector<std::size_t>{2});
    // what is wanted itself, or read by two, is stored
    CHECK(sizes({"sma(close, 5)", "sma(close, 5) + sma(high, 3)"}) == std::vector<std::size_t>{1, 2});
    CHECK(sizes({"sma(close, 5) + 1", "sma(close, 5) + 2"}) == std::vector<std::size_t>{1, 1});
    // a result of several is the kernel's own column
    CHECK(sizes({"macd(high - low).line"}) == std::vector<std::size_t>{1});
}

TEST_CASE("columns of several lengths are computed in groups, and nothing with them") {
    CHECK(sizes({"ema(close, n) + 1"}, {{0, 3, {5, 6, 7}}}) == std::vector<std::size_t>{1});
    CHECK(sizes({"ema(close, n) + 1"}, {{0, 3}}) ==
          std::vector<std::size_t>{2}); // which lengths is not known
}

TEST_CASE("columns computed together have the bits of stored ones, however far they are looked back at") {
    Dice dice(3);
    for (const std::size_t count : {1U, 63U, 256U, 257U, 1100U}) {
        const Bars bars = random_bars(dice, count);
        const BarTimes times = bar_times(bars);
        const BarSeries series = series_of(bars, times);
        for (const char* ago : {"1", "64", "65", "255", "256", "257", "700"}) {
            const std::string mean = "ema(high - low, 3)";
            const std::string both = mean + " - " + mean + "[" + ago + "]";
            const std::vector<double> now = computed_column(mean, series, count);
            const std::vector<double> found = computed_column(both, series, count);
            const auto shift = static_cast<std::size_t>(std::stoi(ago));
            for (std::size_t t = 0; t < count; ++t) {
                const double expected = t < shift ? std::nan("") : now[t] - now[t - shift];
                CAPTURE(t);
                CHECK((found[t] == expected || (std::isnan(found[t]) && std::isnan(expected))));
            }
        }
    }
}
