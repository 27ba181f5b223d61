// Turns a rule's text into a node of a graph, checking names and types.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "indicators/catalogue.hpp"
#include "rules/graph.hpp"
#include "rules/source_text.hpp"

namespace threadx {

// What an expression stands for: a value, or the several results of an indicator.
struct RuleValue {
    RuleValue() = default;
    RuleValue(NodeId node) : nodes{node} {} // NOLINT(google-explicit-constructor): a value is one
    std::vector<NodeId> nodes;
    const Indicator* several = nullptr; // whose results they are, if there are several
};

// The names that rules may use besides functions and series.
struct RuleNames {
    std::map<std::string, RuleValue, std::less<>> values; // parameters and let entries
    std::map<std::string, SourceText, std::less<>> lets;  // what was written, to be compiled over other bars
};

// What a rule must be.
enum class RuleKind {
    any,     // number or truth value, no text
    number,  // a number, scalar or series
    boolean, // a truth value
    scalar,  // a number that depends on parameters alone
    integer  // a scalar known to be whole
};

// InputError with place, caret and the nearest known name on a mistake.
NodeId compile_rule(Graph& graph, const RuleNames& names, const SourceText& source, RuleKind kind);

// The same for a let entry, which may stand for several results: bands = "bbands(close, 20, 2)", and later
// bands.upper.
RuleValue compile_value(Graph& graph, const RuleNames& names, const SourceText& source);

// An expression as definitions of indicators have them, which may use hidden ones.
NodeId compile_definition(Graph& graph, const std::string& text);

// A call of a function of the catalogue with one node for each of its arguments.
RuleValue call_function(Graph& graph, std::string_view name, std::span<const NodeId> arguments);

// Why `name` may not be given to a parameter or let entry ("'close' is a series of the rule language"), or
// "".
std::string reserved_name_reason(const std::string& name);

} // namespace threadx
