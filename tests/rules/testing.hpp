// What the tests of rules share.
#pragma once

#include <string>

#include "base/error.hpp"
#include "rules/compiler.hpp"

namespace threadx::test {

// The text of the InputError that `action` throws.
std::string message_of(const auto& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

// A graph with the parameters p (fractional) and n (whole), and rules over them.
class Rules {
  public:
    Rules() {
        names_.values["p"] = graph.parameter(0, false);
        names_.values["n"] = graph.parameter(1, true);
    }

    NodeId operator()(const std::string& text, RuleKind kind = RuleKind::any) {
        return compile_rule(graph, names_, {text, "r:1:1", "rule"}, kind);
    }
    std::string describe(NodeId node) const { return graph.describe(node, parameter_names_); }
    std::string describe(const std::string& text) { return describe((*this)(text)); }
    std::string error(const std::string& text, RuleKind kind = RuleKind::any) {
        return message_of([&] { (*this)(text, kind); });
    }

    Graph graph;

  private:
    RuleNames names_;
    std::vector<std::string> parameter_names_ = {"p", "n"};
};

} // namespace threadx::test
