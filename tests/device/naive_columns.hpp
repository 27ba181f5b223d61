// Columns computed node by node over whole series, with apply() for each bar.
#pragma once

#include <span>
#include <vector>

#include "market/bars.hpp"
#include "rules/graph.hpp"

namespace threadx::test {

// The value at each bar; truth is 1 or 0.
std::vector<double> naive_column(const Graph& graph, NodeId node, std::span<const double> parameters,
                                 const Bars& bars);

} // namespace threadx::test
