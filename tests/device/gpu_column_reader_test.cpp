// Columns that an accelerator computes and gives back are the CPU's, to the last bit.
#include <map>
#include <regex>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/error.hpp"
#include "device/backtests.hpp"
#include "device/cpu/column_store.hpp"
#include "device/gpu/gpu_column_reader.hpp"
#include "device/gpu_devices.hpp"
#include "rules/random_rules.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

// A random expression that depends on no parameter.
NodeId random_expression(Graph& graph, Dice& dice) {
    const std::map<std::string, std::string> values = {
        {"n0", std::to_string(dice.pick({0, 1, 63, 64, 65, 600}))},
        {"n1", std::to_string(dice.between(1, 70))},
        {"n2", std::to_string(dice.between(1, 20))},
        {"n3", std::to_string(dice.between(1, 600))},
        {"k1", "1.5"},
        {"k2", "0.25"}};
    std::string text = rule_text(dice.chance(0.5) ? random_number(dice) : random_condition(dice));
    for (const auto& [name, value] : values)
        text = std::regex_replace(text, std::regex("\\b" + name + "\\b"), value);
    return parse_expression(graph, text);
}

// Where a column differs from the CPU's; "" if nowhere.
std::string mismatch(const Column& column, ColumnView expected, std::size_t bars) {
    if ((column.bits() == nullptr) != (expected.bits == nullptr)) return "one has truths, the other numbers";
    for (std::size_t t = 0; t < bars; ++t) {
        if (expected.bits != nullptr) {
            if (((column.bits()[t / 64] ^ expected.bits[t / 64]) >> (t % 64) & 1U) != 0)
                return "truth at bar " + std::to_string(t);
        } else if (!same_bits(column.numbers()[t], expected.numbers[t])) {
            return "bar " + std::to_string(t) + ": " + std::to_string(column.numbers()[t]) + " instead of " +
                   std::to_string(expected.numbers[t]);
        }
    }
    return "";
}

// Of all the plan's wanted columns.
std::string mismatch(GpuColumnReader& reader, const Graph& graph, const ColumnsPlan& plan,
                     const BarSeries& series, std::size_t bars) {
    const std::vector<Column> columns = reader.read(graph, plan.plan, series, bars, plan.columns);
    const BarColumns host(series, bars, fields_read(plan.plan), {});
    KeptColumns kept(plan.plan);
    ColumnReader cpu(graph, plan.plan, host, *available_kernels().front(), kept);
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (const std::string text = mismatch(columns[i], cpu.get(plan.columns[i], ScenarioPoint{}), bars);
            !text.empty())
            return "column " + std::to_string(i) + ": " + text;
    return "";
}

} // namespace

TEST_CASE("random expressions, several at once, come back from every device with the CPU's bits") {
    on_each_accelerator([](GpuDevice& device) {
        GpuColumnReader reader(device);
        CHECK(rc::check("columns", [&](std::uint64_t seed) {
            Dice dice(seed);
            Graph graph;
            std::vector<NodeId> nodes;
            for (int i = dice.between(1, 4); i > 0; --i) nodes.push_back(random_expression(graph, dice));
            const Bars bars = random_bars(dice, 1 + dice.below(700), dice.chance(0.5));
            const ColumnsPlan plan = make_columns_plan(graph, nodes, bars.size());
            const BarTimes times = bar_times(bars);
            RC_ASSERT(mismatch(reader, graph, plan, series_of(bars, times), bars.size()) == "");
        }));
    });
}

TEST_CASE("only the series that are read are needed") {
    on_each_accelerator([](GpuDevice& device) {
        Dice dice(1);
        const Bars bars = random_bars(dice, 130);
        Graph graph;
        const NodeId node = parse_expression(graph, "sma(close, 20) + 2 * stdev(close, 20)");
        const ColumnsPlan plan = make_columns_plan(graph, std::span(&node, 1), bars.size());
        CHECK(fields_read(plan.plan) == BarFieldSet{false, false, false, true});
        GpuColumnReader reader(device);
        BarSeries closes;
        closes[static_cast<std::size_t>(BarField::close)] = bars.close;
        CHECK(mismatch(reader, graph, plan, closes, bars.size()) == "");
    });
}

TEST_CASE("after a series that needs more memory than the last, and one that needs less, bits are the same") {
    on_each_accelerator([](GpuDevice& device) {
        GpuColumnReader reader(device);
        Dice dice(2);
        for (const std::size_t count : {100U, 5000U, 1U, 64U, 3000U}) {
            const Bars bars = random_bars(dice, count);
            Graph graph;
            const NodeId node = parse_expression(graph, "ema(rsi(close, 14), 3) - atr(5)");
            const ColumnsPlan plan = make_columns_plan(graph, std::span(&node, 1), count);
            CHECK(mismatch(reader, graph, plan, series_of(bars, {}), count) == "");
        }
    });
}
