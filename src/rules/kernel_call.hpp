// Which kernel computes a value that is stored as a column: the one that was written, or another with the
// same bits that is quicker in the plan at hand.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/plan.hpp"

namespace threadx {

struct KernelCall {
    int kernel = 0;             // index of column_kernels()
    std::vector<NodeId> inputs; // the series, then the scalars
};

// The index of that name in column_kernels(); their number if there is none.
int kernel_named(std::string_view name);

// Nothing if no kernel computes it. `used`: by node, whether a result of the plan is made of it.
std::optional<KernelCall> kernel_call(const Graph& graph, NodeId node, const std::vector<bool>& used,
                                      const std::vector<Axis>& axes);

// The operands of nz(a / b, a * b), as ratio(a, b) is written in the graph: one step, whose bits are those of
// the three.
std::optional<std::pair<NodeId, NodeId>> find_ratio(const Graph& graph, NodeId node);

// Whether the value differs from level to level of the axis.
bool depends_on(const Node& node, const Axis& axis);

} // namespace threadx
