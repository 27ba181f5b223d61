// A column of an expression, computed on the CPU as programs do.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "device/cpu/column_store.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "rules/compiler.hpp"
#include "rules/plan.hpp"

namespace threadx::test {

// Hidden functions may be used too. Truths as 1 and 0. `series` by BarField; those that the expression does
// not read may be empty.
inline std::vector<double> computed_column(const std::string& expression, const BarSeries& series,
                                           std::size_t bars,
                                           const KernelTable& kernels = choose_kernels("auto")) {
    Graph graph;
    const NodeId node = compile_definition(graph, expression);
    const Plan plan = make_column_plan(graph, node, bars);
    const BarColumns columns(series, bars, fields_read(plan), {});
    KeptColumns kept(plan);
    ColumnReader reader(graph, plan, columns, kernels, kept);
    const ColumnView view = reader.get(static_cast<int>(plan.columns.size()) - 1, ScenarioPoint{});
    std::vector<double> values(bars);
    for (std::size_t t = 0; t < bars; ++t)
        values[t] = view.bits != nullptr
                        ? static_cast<double>(view.bits[t / bars_per_word] >> (t % bars_per_word) & 1U)
                        : view.numbers[t];
    return values;
}

} // namespace threadx::test
