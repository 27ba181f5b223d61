#include "rules/functions.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace threadx {
namespace {

#define TX_FUNCTION inline
#define TX_GLOBAL
#define TX_NAN std::numeric_limits<double>::quiet_NaN()
#define TX_SQRT std::sqrt
#include "kernels/windows.h"

constexpr std::array<WindowFunction, TX_WINDOW_COUNT> windows = {{
#define WINDOW(name, kind) {#name, tx_##name, WindowKind::kind},
    TX_WINDOWS(WINDOW)
#undef WINDOW
}};

template <int window>
NodeId build_window(Graph& graph, std::span<const NodeId> arguments) {
    return graph.window(window, arguments[0], arguments[1]);
}

template <Op op>
NodeId build_unary(Graph& graph, std::span<const NodeId> arguments) {
    return graph.unary(op, arguments[0]);
}

template <Op op>
NodeId build_binary(Graph& graph, std::span<const NodeId> arguments) {
    return graph.binary(op, arguments[0], arguments[1]);
}

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

const std::vector<Function>& function_table() {
    using enum ArgumentKind;
    static const std::vector<Function> table = {
        {"sma",
         "sma(x, n)",
         "simple moving average: the mean of the last n values",
         {number, length},
         2,
         build_window<TX_WINDOW_sma>},
        {"ema",
         "ema(x, n)",
         "exponential moving average, alpha = 2/(n+1), started with the SMA",
         {number, length},
         2,
         build_window<TX_WINDOW_ema>},
        {"rma",
         "rma(x, n)",
         "Wilder's moving average, alpha = 1/n, started with the SMA",
         {number, length},
         2,
         build_window<TX_WINDOW_rma>},
        {"sum", "sum(x, n)", "sum of the last n values", {number, length}, 2, build_window<TX_WINDOW_sum>},
        {"stdev",
         "stdev(x, n)",
         "population standard deviation of the last n values",
         {number, length},
         2,
         build_window<TX_WINDOW_stdev>},
        {"highest",
         "highest(x, n)",
         "highest of the last n values",
         {number, length},
         2,
         build_window<TX_WINDOW_highest>},
        {"lowest",
         "lowest(x, n)",
         "lowest of the last n values",
         {number, length},
         2,
         build_window<TX_WINDOW_lowest>},
        {"rsi",
         "rsi(x, n)",
         "Wilder's relative strength index, 0 to 100",
         {number, length},
         2,
         build_window<TX_WINDOW_rsi>},
        {"atr",
         "atr(n)",
         "average true range: rma(tr, n)",
         {length},
         1,
         [](Graph& graph, std::span<const NodeId> arguments) {
             return graph.window(TX_WINDOW_rma, build_true_range(graph), arguments[0]);
         }},
        {"crossover",
         "crossover(a, b)",
         "a rises above b: a > b now, a <= b one bar ago",
         {number, number},
         2,
         [](Graph& graph, std::span<const NodeId> arguments) {
             return build_crossing(graph, arguments[0], arguments[1]);
         }},
        {"crossunder",
         "crossunder(a, b)",
         "a falls below b: a < b now, a >= b one bar ago",
         {number, number},
         2,
         [](Graph& graph, std::span<const NodeId> arguments) {
             return build_crossing(graph, arguments[1], arguments[0]);
         }},
        {"abs", "abs(x)", "absolute value", {number}, 1, build_unary<Op::absolute>},
        {"min", "min(a, b)", "the smaller; NaN if either is", {number, number}, 2, build_binary<Op::minimum>},
        {"max", "max(a, b)", "the larger; NaN if either is", {number, number}, 2, build_binary<Op::maximum>},
        {"nz",
         "nz(x, y)",
         "x, or y (default 0) where x is NaN",
         {number, number},
         1,
         [](Graph& graph, std::span<const NodeId> arguments) {
             const NodeId other = arguments.size() > 1 ? arguments[1] : graph.constant(0.0);
             return graph.binary(Op::replace_nan, arguments[0], other);
         }},
        {"sqrt", "sqrt(x)", "square root; NaN below 0", {number}, 1, build_unary<Op::square_root>},
    };
    return table;
}

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

std::span<const WindowFunction> window_functions() { return windows; }
std::span<const Function> functions() { return function_table(); }
std::span<const SeriesName> series_names() { return series_table(); }

} // namespace threadx
