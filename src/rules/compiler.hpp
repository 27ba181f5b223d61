// Turns a rule's text into a node of a graph, checking names and types.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/graph.hpp"
#include "rules/source_text.hpp"

namespace threadx {

// The names that rules may use besides functions and series.
struct RuleNames {
    std::map<std::string, NodeId> values; // parameters and let entries
};

// What a rule must be.
enum class RuleKind {
    any,     // number or truth value
    number,  // a number, scalar or series
    boolean, // a truth value
    scalar,  // a number that depends on parameters alone
    integer  // a scalar known to be whole
};

// InputError with place, caret and the nearest known name on a mistake.
NodeId compile_rule(Graph& graph, const RuleNames& names, const SourceText& source, RuleKind kind);

// Why `name` may not be given to a parameter or let entry ("'close' is a series of the rule language"), or
// "".
std::string reserved_name_reason(const std::string& name);

} // namespace threadx
