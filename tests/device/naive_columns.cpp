#include "device/naive_columns.hpp"

#include <array>
#include <limits>
#include <map>

#include "device/cpu/kernel_choice.hpp"
#include "indicators/catalogue.hpp"
#include "market/bar_times.hpp"

namespace threadx::test {
namespace {

using Series = std::vector<double>;

class Evaluator {
  public:
    Evaluator(const Graph& graph, std::span<const double> parameters, const Bars& bars)
        : graph_(graph), parameters_(parameters), bars_(bars), times_(bar_times(bars)) {}

    const Series& operator()(NodeId id) {
        if (const auto known = known_.find(id); known != known_.end()) return known->second;
        Series value = compute(graph_[id]);
        return known_[id] = std::move(value);
    }

  private:
    Series compute(const Node& node) {
        const std::size_t n = bars_.size();
        switch (node.op) {
        case Op::constant: return Series(n, node.value);
        case Op::parameter: return Series(n, parameters_[static_cast<std::size_t>(node.index)]);
        case Op::series: {
            const std::array<std::span<const double>, 7> fields = {
                bars_.open, bars_.high, bars_.low, bars_.close, bars_.volume, times_.start, times_.end};
            const std::span<const double> field = fields[static_cast<std::size_t>(node.index)];
            return {field.begin(), field.end()};
        }
        case Op::shift: {
            const Series& x = (*this)(node.inputs[0]);
            const double bars_ago = (*this)(node.inputs[1])[0];
            const bool truth = node.type == ValueType::boolean;
            Series out(n, truth ? 0.0 : std::numeric_limits<double>::quiet_NaN());
            for (std::size_t t = 0; t < n; ++t)
                if (static_cast<double>(t) >= bars_ago) out[t] = x[t - static_cast<std::size_t>(bars_ago)];
            return out;
        }
        case Op::kernel: return outputs_of(node)[0];
        case Op::output: return outputs_of(graph_[node.inputs[0]])[static_cast<std::size_t>(node.index)];
        case Op::choose: {
            const Series& x = (*this)(node.inputs[0]);
            const Series& y = (*this)(node.inputs[1]);
            const Series& condition = (*this)(node.inputs[2]);
            Series out(n);
            for (std::size_t t = 0; t < n; ++t) out[t] = condition[t] != 0.0 ? x[t] : y[t];
            return out;
        }
        default: break;
        }
        const Series& a = (*this)(node.inputs[0]);
        const Series& b = node.inputs.size() > 1 ? (*this)(node.inputs[1]) : a;
        Series out(n);
        for (std::size_t t = 0; t < n; ++t) out[t] = apply(node.op, a[t], b[t]);
        return out;
    }

    std::vector<Series> outputs_of(const Node& node) {
        const ColumnKernel& kernel = column_kernels()[static_cast<std::size_t>(node.index)];
        std::vector<const double*> series;
        std::vector<double> scalars;
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const Series& input = (*this)(node.inputs[i]);
            if (i < static_cast<std::size_t>(kernel.series))
                series.push_back(input.data());
            else
                scalars.push_back(input[0]);
        }
        std::vector<Series> outputs(static_cast<std::size_t>(kernel.outputs), Series(bars_.size()));
        std::vector<double*> pointers;
        for (Series& output : outputs) pointers.push_back(output.data());
        choose_kernels("scalar").column(node.index, series.data(), scalars.data(),
                                        static_cast<int>(bars_.size()), pointers.data());
        return outputs;
    }

    const Graph& graph_;
    std::span<const double> parameters_;
    const Bars& bars_;
    const BarTimes times_;
    std::map<NodeId, Series> known_;
};

} // namespace

std::vector<double> naive_column(const Graph& graph, NodeId node, std::span<const double> parameters,
                                 const Bars& bars) {
    return Evaluator(graph, parameters, bars)(node);
}

} // namespace threadx::test
