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
        const std::string_view name = column_kernels()[static_cast<std::size_t>(value.index)].name;
        const int few = kernel_named(fmt::format("{}_of_few", name));
        if (few == static_cast<int>(column_kernels().size())) return call;
        if (!(most_of(value.inputs.back()) <= few_bars)) return call;
        return {few, {value.inputs.front(), value.inputs.back()}};
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

bool depends_on(const Node& node, const Axis& axis) {
    return (node.parameters >> static_cast<unsigned>(axis.parameter) & 1U) != 0;
}

std::optional<KernelCall> kernel_call(const Graph& graph, NodeId node, const std::vector<bool>& used,
                                      const std::vector<Axis>& axes) {
    if (graph[node].op == Op::kernel) return KernelChoice(graph, used, axes).call(node);
    const std::vector<NodeId> fields = true_range_fields(graph, node);
    if (fields.empty()) return std::nullopt;
    return KernelCall{kernel_named("true_range"), fields};
}

} // namespace threadx
