// The rules of a strategy as a graph of values. Equal subexpressions are one node.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "rules/source_text.hpp"

namespace threadx {

using NodeId = std::uint32_t;

enum class Op : std::uint8_t {
    constant,  // value
    parameter, // index: of the strategy's parameters
    series,    // index: a BarField
    negate,
    absolute,
    square_root, // NaN below 0
    add,
    subtract,
    multiply,
    divide, // NaN where the divisor is 0
    minimum,
    maximum,     // NaN where either is NaN
    replace_nan, // nz
    ratio,       // of plans alone: a / b, and a·b where that is undefined
    less,
    less_equal,
    equal,
    not_equal, // comparisons with NaN are false
    logical_and,
    logical_or,
    logical_not,
    choose, // the first input where the third, a condition, holds, else the second
    shift,  // the first input as many bars ago as the second says; undefined (NaN, false) before bar 0
    kernel, // index: of column_kernels(); inputs: the series, then the scalars
    output  // index: which series of a kernel that has several; input: the kernel
};

// A text is known when rules are compiled, and is gone when they are.
enum class ValueType : std::uint8_t { number, boolean, text };

// Times are milliseconds since 1970-01-01 UTC: of the bar's start, and of its end.
enum class BarField : std::uint8_t { open, high, low, close, volume, time, time_close };
constexpr std::size_t bar_field_count = 7;
std::string_view bar_field_name(int bar_field);

// By BarField: whether something reads it.
using BarFieldSet = std::array<bool, bar_field_count>;
inline bool reads_time(const BarFieldSet& fields) {
    return fields[static_cast<std::size_t>(BarField::time)] ||
           fields[static_cast<std::size_t>(BarField::time_close)];
}

// The parameters that something depends on: bit i is parameter i.
using ParameterSet = std::uint64_t;
constexpr std::size_t max_parameters = 64;

struct Node {
    Op op = Op::constant;
    ValueType type = ValueType::number;
    bool varies = false;  // with the bar; otherwise it depends on parameters alone
    bool integer = false; // a number known to be whole
    double value = 0.0;
    int index = 0;
    std::vector<NodeId> inputs;
    ParameterSet parameters = 0;
};

// What a scalar must be for a scenario to be run: a window's length, a number of bars ago, an indicator's
// parameter.
struct ScalarCheck {
    NodeId node = 0;
    double least = 0.0;
    double most = 0.0;
    bool whole = false;
    bool operator==(const ScalarCheck&) const = default;
};

// Longer bars that a rule asks for: they must be made of whole bars of the data.
struct PeriodUse {
    std::int64_t period = 0; // nanoseconds
    SourceText source;       // where it was asked for
    TextSpan span;
};

// Nodes only refer to earlier ones, so ascending ids are a topological order.
class Graph {
  public:
    NodeId constant(double value);
    NodeId boolean(bool value);
    NodeId text(const std::string& text);
    NodeId parameter(int index, bool integer);
    NodeId field(BarField field);
    NodeId unary(Op op, NodeId a);
    NodeId binary(Op op, NodeId a, NodeId b);
    NodeId choose(NodeId condition, NodeId a, NodeId b);
    NodeId shift(NodeId x, NodeId bars);
    NodeId kernel(int kernel, std::span<const NodeId> series, std::span<const NodeId> scalars);
    NodeId output(NodeId kernel, int index);

    // The node is the result of a call that its text should name instead of what it is made of: a result of
    // an indicator. `field` is empty where there is one result alone. The last call of several counts.
    void describe_as_call(NodeId node, std::string_view function, std::span<const NodeId> arguments,
                          std::string_view field);
    // The node is a field of longer bars: "close", of "4h"; inside of htf() it is called by its name alone.
    void describe_as_field(NodeId node, std::string_view field, std::string_view period) {
        fields_[node] = {std::string(field), std::string(period)};
    }

    // A scalar is to be checked for each scenario; nothing for one that is a constant.
    void require(const ScalarCheck& check);
    std::span<const ScalarCheck> checks() const { return checks_; }

    void note_period(PeriodUse use) { periods_.push_back(std::move(use)); }
    std::span<const PeriodUse> periods() const { return periods_; }

    // The text that a node of type text is.
    const std::string& text_of(NodeId id) const { return texts_[static_cast<std::size_t>(nodes_[id].index)]; }
    // The series of the bars that any node reads.
    BarFieldSet fields_used() const;

    const Node& operator[](NodeId id) const { return nodes_[id]; }
    std::size_t size() const { return nodes_.size(); }

    // The node as an expression; `parameter_names` by index. Inputs that `names` knows are called by that
    // name.
    std::string describe(NodeId id, std::span<const std::string> parameter_names,
                         const std::map<NodeId, std::string>& names = {}) const;

  private:
    // `inside` of longer bars: of htf().
    std::string describe(NodeId id, std::span<const std::string> parameter_names,
                         const std::map<NodeId, std::string>& names, bool inside) const;

    using Key = std::tuple<Op, ValueType, std::uint64_t, int, std::vector<NodeId>>;
    NodeId add(Node node);

    std::vector<Node> nodes_;
    std::map<Key, NodeId> known_;
    struct Call {
        std::string function;
        std::vector<NodeId> arguments;
        std::string field;
    };
    std::map<NodeId, Call> calls_;
    struct LongerField {
        std::string name;
        std::string period;
    };
    std::map<NodeId, LongerField> fields_;
    std::vector<std::string> texts_;
    std::vector<ScalarCheck> checks_;
    std::vector<PeriodUse> periods_;
};

// The value of an elementwise operation on numbers; truth is 1 or 0.
double apply(Op op, double a, double b);

// The value of node `id`, which does not vary with the bar; truth is 1 or 0.
double evaluate_scalar(const Graph& graph, NodeId id, std::span<const double> parameters);

} // namespace threadx
