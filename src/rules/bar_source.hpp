// The bars that an expression is over: those of the data, or longer ones made of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "rules/compiler.hpp"
#include "rules/graph.hpp"

namespace threadx {

// Longer bars are columns whose first values are those of the bars that have ended, one after the other; the
// rest is undefined. What is computed from them lies likewise, and `unpacked` brings it back to the bars of
// `below`.
class BarSource {
  public:
    explicit BarSource(Graph& graph) : graph_(graph) {}
    // Bars of `period` nanoseconds, a whole number of milliseconds, made of those of `below`, which must live
    // longer.
    BarSource(const BarSource& below, std::int64_t period);

    NodeId field(BarField field) const;
    bool longer() const { return below_ != nullptr; }
    std::int64_t period() const { return period_; } // 0 of the data's own bars
    Graph& graph() const { return graph_; }

    // At each bar of `below` the value of `x` at the last of these bars that had ended then. A truth is false
    // before.
    NodeId unpacked(NodeId x) const;

    // What let entries stand for over these bars, as far as that was asked for.
    std::map<std::string, RuleValue, std::less<>>& lets() const { return lets_; }

  private:
    Graph& graph_;
    const BarSource* below_ = nullptr;
    std::int64_t period_ = 0;
    mutable std::map<std::string, RuleValue, std::less<>> lets_;
};

} // namespace threadx
