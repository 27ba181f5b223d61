#include "rules/kernel_call.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "indicators/catalogue.hpp"

namespace threadx {
namespace {

// How many windows are told from the values alone before the sums up to a bar are stored for them. Sums of
// columns that are computed together add up just once (device/cpu/exact_windows.inc); where they are stored
// (AVX2, 100,000 bars of prices), three take 7.2 ns a bar, and 6.7 from stored sums up to a bar.
constexpr int most_sums_of_their_own = 3;
constexpr int most_others_of_their_own = 2;
constexpr double few_bars = 32.0; // TX_FEW_BARS of the kernel text

// The kernel that adds up for itself what this kernel reads as sums up to a bar; none if there is no
// such.
std::string_view over_windows(int kernel) {
    constexpr std::pair<std::string_view, std::string_view> pairs[] = {
        {"window_sum", "sum_over_windows"},
        {"window_deviation", "window_deviation_alone"},
        {"window_covariance", "window_covariance_alone"},
        {"window_correlation", "window_correlation_alone"}};
    for (const auto& [name, alone] : pairs)
        if (kernel == kernel_named(name)) return alone;
    return {};
}

// The bars' fields of a true range, as the series tr is written in the graph; nothing if the node is none.
std::vector<NodeId> true_range_fields(const Graph& graph, NodeId node) {
    const auto input = [&](NodeId of, Op op, std::size_t i) -> std::optional<NodeId> {
        if (graph[of].op != op) return std::nullopt;
        return graph[of].inputs[i];
    };
    const auto distance = [&](std::optional<NodeId> of, std::size_t i) {
        return of ? input(*of, Op::subtract, i) : std::nullopt;
    };
    const std::optional<NodeId> wider = input(node, Op::maximum, 0);
    const std::optional<NodeId> range = wider ? input(*wider, Op::maximum, 0) : std::nullopt;
    const std::optional<NodeId> up = wider ? input(*wider, Op::maximum, 1) : std::nullopt;
    const std::optional<NodeId> down = input(node, Op::maximum, 1);
    if (!wider || !range || !up || !down) return {};
    const std::optional<NodeId> high = distance(range, 0);
    const std::optional<NodeId> low = distance(range, 1);
    const std::optional<NodeId> up_size = input(*up, Op::absolute, 0);
    const std::optional<NodeId> down_size = input(*down, Op::absolute, 0);
    const std::optional<NodeId> before = distance(up_size, 1);
    if (!high || !low || !before || distance(up_size, 0) != high || distance(down_size, 0) != low ||
        distance(down_size, 1) != before || graph[*before].op != Op::shift)
        return {};
    const Node& ago = graph[graph[*before].inputs[1]];
    const NodeId close = graph[*before].inputs[0];
    if (ago.op != Op::constant || ago.value != 1.0) return {};
    for (const NodeId each : {*high, *low, close})
        if (graph[each].op != Op::series) return {};
    return {*high, *low, close};
}

bool is_one(const Graph& graph, NodeId node) {
    return graph[node].op == Op::constant && graph[node].value == 1.0;
}

// Whether the node is the sum of windows, whose length is swept, of one series.
bool is_swept_sum(const Graph& graph, NodeId node, const std::vector<Axis>& axes) {
    const Node& sum = graph[node];
    if (sum.op != Op::kernel || sum.index != kernel_named("window_sum")) return false;
    return is_one(graph, sum.inputs[4]) && std::any_of(axes.begin(), axes.end(), [&](const Axis& axis) {
               return !axis.values.empty() && depends_on(graph[sum.inputs[3]], axis) &&
                      !depends_on(graph[sum.inputs[0]], axis);
           });
}

// Sums over windows of one length, divided: they need not be stored where columns of several lengths are
// computed at once, out of what the sums of all lengths share.
std::optional<KernelCall> ratio_of_sums(const Graph& graph, NodeId node, const std::vector<Axis>& axes) {
    std::optional<std::pair<NodeId, NodeId>> operands = find_ratio(graph, node);
    const bool is_quotient = !operands && graph[node].op == Op::divide;
    if (is_quotient) operands = {graph[node].inputs[0], graph[node].inputs[1]};
    if (!operands) return std::nullopt;
    const auto& [above, below] = *operands;
    if (!is_swept_sum(graph, above, axes) || !is_swept_sum(graph, below, axes) ||
        graph[above].inputs[3] != graph[below].inputs[3])
        return std::nullopt;
    std::vector<NodeId> inputs;
    for (const NodeId sum : {above, below})
        inputs.insert(inputs.end(), graph[sum].inputs.begin(), graph[sum].inputs.begin() + 3);
    inputs.push_back(graph[above].inputs[3]);
    return KernelCall{kernel_named(is_quotient ? "window_quotient" : "window_ratio"), inputs};
}

// What the node is the absolute change of, and over how many bars.
std::optional<std::pair<NodeId, NodeId>> find_way(const Graph& graph, NodeId node) {
    if (graph[node].op != Op::absolute) return std::nullopt;
    const Node& change = graph[graph[node].inputs[0]];
    if (change.op != Op::subtract) return std::nullopt;
    const Node& before = graph[change.inputs[1]];
    if (before.op != Op::shift || before.inputs[0] != change.inputs[0]) return std::nullopt;
    return std::pair(before.inputs[0], before.inputs[1]);
}

// An efficiency ratio as er(x, length) is written, nz(|x - x[length]| / path, 1 + path), where the length is
// swept: neither are the paths stored.
std::optional<KernelCall> efficiency(const Graph& graph, NodeId node, const std::vector<Axis>& axes) {
    const Node& either = graph[node];
    if (either.op != Op::replace_nan || graph[either.inputs[0]].op != Op::divide) return std::nullopt;
    const NodeId path = graph[either.inputs[0]].inputs[1];
    const Node& still = graph[either.inputs[1]];
    const auto way = find_way(graph, graph[either.inputs[0]].inputs[0]);
    if (!way || !is_swept_sum(graph, path, axes) || graph[path].inputs[3] != way->second ||
        still.op != Op::add ||
        !((is_one(graph, still.inputs[0]) && still.inputs[1] == path) ||
          (is_one(graph, still.inputs[1]) && still.inputs[0] == path)))
        return std::nullopt;
    const Node& of_sums = graph[graph[path].inputs[0]];
    if (of_sums.op != Op::output) return std::nullopt;
    const Node& sums = graph[of_sums.inputs[0]];
    if (sums.op != Op::kernel || sums.index != kernel_named("prefix_sums")) return std::nullopt;
    const auto step = find_way(graph, sums.inputs[0]);
    if (!step || step->first != way->first || !is_one(graph, step->second)) return std::nullopt;
    std::vector<NodeId> inputs(graph[path].inputs.begin(), graph[path].inputs.begin() + 3);
    inputs.push_back(way->first);
    inputs.push_back(way->second);
    return KernelCall{kernel_named("efficiency"), inputs};
}

class KernelChoice {
  public:
    KernelChoice(const Graph& graph, const std::vector<bool>& used, const std::vector<Axis>& axes)
        : graph_(graph), used_(used), axes_(axes) {}

    // What is told of windows is computed without storing the sums up to a bar, where nothing else reads
    // those and so few windows do that adding up for each is quicker; and without any sums where windows have
    // few bars.
    KernelCall call(NodeId node) const {
        const Node& value = graph_[node];
        KernelCall written = of_few(node, {value.index, value.inputs});
        const std::string_view alone = over_windows(value.index);
        if (written.kernel != value.index || alone.empty()) return written;
        const auto series =
            static_cast<std::size_t>(column_kernels()[static_cast<std::size_t>(value.index)].series);
        std::vector<NodeId> inputs;
        for (std::size_t i = 0; i < series; ++i) {
            const Node& input = graph_[value.inputs[i]];
            if (input.op != Op::output || !is_read_by_few_windows(input.inputs[0])) return written;
            const std::vector<NodeId>& summed = graph_[input.inputs[0]].inputs;
            if (summed.size() > inputs.size())
                inputs = summed; // of two series, where products of both are summed
        }
        inputs.insert(inputs.end(), value.inputs.begin() + static_cast<std::ptrdiff_t>(series),
                      value.inputs.end());
        return {kernel_named(alone), inputs};
    }

  private:
    bool depends(NodeId node, const Axis& axis) const { return depends_on(graph_[node], axis); }

    // Whether a value of the plan reads results of a kernel that has several.
    bool reads(NodeId reader, NodeId kernel) const {
        const std::vector<NodeId>& inputs = graph_[reader].inputs;
        return used_[reader] && std::any_of(inputs.begin(), inputs.end(), [&](NodeId input) {
                   return graph_[input].op == Op::output && graph_[input].inputs[0] == kernel;
               });
    }

    // Whether a kernel reads the values alone, or is read by none but such.
    bool needs_no_sums(NodeId kernel) const {
        if (of_few(kernel, {graph_[kernel].index, {}}).kernel != graph_[kernel].index) return true;
        bool read = false;
        for (NodeId other = kernel; other < graph_.size(); ++other) {
            if (!reads(other, kernel)) continue;
            if (graph_[other].op != Op::kernel || !needs_no_sums(other)) return false;
            read = true;
        }
        return read;
    }

    // Whether these are sums up to a bar that only such kernels read, and no more than it is worth it for.
    bool is_read_by_few_windows(NodeId sums) const {
        const Node& summed = graph_[sums];
        if (summed.op != Op::kernel ||
            (summed.index != kernel_named("prefix_sums") && summed.index != kernel_named("prefix_squares") &&
             summed.index != kernel_named("prefix_products")))
            return false;
        int readers = 0;
        int most = most_sums_of_their_own;
        for (NodeId other = 0; other < graph_.size(); ++other) {
            const Node& reader = graph_[other];
            if (!reads(other, sums)) continue;
            if (reader.op != Op::kernel) return false;
            if (needs_no_sums(other)) continue;
            if (over_windows(reader.index).empty()) return false;
            for (const Axis& axis : axes_)
                if (depends(other, axis) != depends(sums, axis)) return false;
            if (reader.index != kernel_named("window_sum")) most = most_others_of_their_own;
            ++readers;
        }
        return readers <= most;
    }

    // Kernels that are told from the values alone where their windows have few bars (kernels/few_bars.h) read
    // nothing else if the length is known.
    KernelCall of_few(NodeId node, const KernelCall& call) const {
        const Node& value = graph_[node];
        const ColumnKernel& kernel = column_kernels()[static_cast<std::size_t>(value.index)];
        const int few = kernel_named(fmt::format("{}_of_few", kernel.name));
        if (few == static_cast<int>(column_kernels().size())) return call;
        const auto scalars = value.inputs.begin() + kernel.series; // the first is the length
        if (!(most_of(*scalars) <= few_bars)) return call;
        std::vector<NodeId> inputs = {value.inputs.front()};
        inputs.insert(inputs.end(), scalars, value.inputs.end());
        return {few, inputs};
    }

    // The most that a scalar can be in the plan; infinity if that is not known.
    double most_of(NodeId scalar) const {
        constexpr double unknown = std::numeric_limits<double>::infinity();
        const Node& node = graph_[scalar];
        if (node.op == Op::constant) return node.value;
        for (const Axis& axis : axes_) {
            if (node.parameters != std::uint64_t{1} << static_cast<unsigned>(axis.parameter)) continue;
            std::vector<double> parameters(static_cast<std::size_t>(axis.parameter) + 1);
            double most = axis.values.empty() ? unknown : 0.0;
            for (const double value : axis.values) {
                parameters.back() = value;
                most = std::max(most, evaluate_scalar(graph_, scalar, parameters));
            }
            return most;
        }
        return unknown;
    }

    const Graph& graph_;
    const std::vector<bool>& used_;
    const std::vector<Axis>& axes_;
};

} // namespace

int kernel_named(std::string_view name) {
    const std::span<const ColumnKernel> kernels = column_kernels();
    return static_cast<int>(std::find_if(kernels.begin(), kernels.end(),
                                         [&](const ColumnKernel& kernel) { return kernel.name == name; }) -
                            kernels.begin());
}

std::optional<std::pair<NodeId, NodeId>> find_ratio(const Graph& graph, NodeId node) {
    const Node& either = graph[node];
    if (either.op != Op::replace_nan) return std::nullopt;
    const Node& quotient = graph[either.inputs[0]];
    const Node& product = graph[either.inputs[1]];
    if (quotient.op != Op::divide || product.op != Op::multiply) return std::nullopt;
    const NodeId a = quotient.inputs[0];
    const NodeId b = quotient.inputs[1];
    const bool same = (product.inputs[0] == a && product.inputs[1] == b) ||
                      (product.inputs[0] == b && product.inputs[1] == a);
    return same ? std::optional(std::pair(a, b)) : std::nullopt;
}

bool depends_on(const Node& node, const Axis& axis) {
    return (node.parameters >> static_cast<unsigned>(axis.parameter) & 1U) != 0;
}

std::optional<KernelCall> kernel_call(const Graph& graph, NodeId node, const std::vector<bool>& used,
                                      const std::vector<Axis>& axes) {
    if (graph[node].op == Op::kernel) return KernelChoice(graph, used, axes).call(node);
    const std::vector<NodeId> fields = true_range_fields(graph, node);
    if (!fields.empty()) return KernelCall{kernel_named("true_range"), fields};
    if (std::optional<KernelCall> ratio = ratio_of_sums(graph, node, axes)) return ratio;
    return efficiency(graph, node, axes);
}

} // namespace threadx
