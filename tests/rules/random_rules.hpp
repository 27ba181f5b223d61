// Random rules: as trees, as text, and as nodes of a graph that were made without lexer, parser and compiler.
#pragma once

#include <string>
#include <vector>

#include "rules/compiler.hpp"
#include "rules/dice.hpp"
#include "rules/graph.hpp"

namespace threadx::test {

struct RuleTree {
    enum class Kind { number, name, minus, negation, infix, look_back, call };
    Kind kind = Kind::number;
    std::string text; // literal, name, operator or function
    std::vector<RuleTree> children;
};

// The names that random rules use: whole n0 (0 or more), n1, n2, n3 (1 or more), and the fractional k1 and
// k2.
const std::vector<std::string>& random_rule_parameters();

// Adds the parameters of random rules to a graph.
RuleNames random_rule_names(Graph& graph);

RuleTree random_number(Dice& dice, int depth = 0);
RuleTree random_condition(Dice& dice, int depth = 0);

enum class Parentheses { minimal, full };
std::string rule_text(const RuleTree& tree, Parentheses parentheses = Parentheses::minimal);

// What the tree means, by the operations of Graph.
NodeId build_rule(Graph& graph, const RuleNames& names, const RuleTree& tree);

// A whole strategy as TOML: random rules, stops, sizes, and the parameters above.
std::string random_strategy(Dice& dice);

} // namespace threadx::test
