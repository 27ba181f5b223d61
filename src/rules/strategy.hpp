// A strategy: parameters, and rules compiled to a graph.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/graph.hpp"

namespace threadx {

struct Parameter {
    std::string name;
    double default_value = 0.0;
    double minimum = 0.0;
    double maximum = 0.0;
    bool integer = false;
    std::string description;
};

enum class Signal : std::uint8_t { enter_long, exit_long, enter_short, exit_short };
constexpr std::array<std::string_view, 4> signal_names = {"enter_long", "exit_long", "enter_short",
                                                          "exit_short"};

// How `size` is meant; SEMANTICS section 3.
enum class SizeKind : std::uint8_t { equity, cash, units, risk };
constexpr std::array<std::string_view, 4> size_names = {"equity", "cash", "units", "risk"};

struct Strategy {
    std::string name;
    std::string description;
    std::vector<Parameter> parameters;
    Graph graph;
    std::array<std::optional<NodeId>, 4> signals; // by Signal; boolean
    std::optional<NodeId> stop_distance;          // numbers
    std::optional<NodeId> target_distance;
    NodeId one = 0;  // the constant 1
    NodeId size = 0; // scalars
    NodeId max_hold = 0;
    NodeId spacing = 0;
    SizeKind size_kind = SizeKind::equity;
    bool trailing = false;
    bool reverse = true;
    bool uses_volume = false;

    std::vector<std::string> parameter_names() const;
    std::vector<double> defaults() const;
};

// Parses a strategy file's text; `name` is what its errors call it. InputError names file, line and column.
Strategy parse_strategy(std::string_view text, const std::string& name);

// One expression over the strategy-less vocabulary, for `threadx column`: adds it to `graph`.
NodeId parse_expression(Graph& graph, const std::string& text);

} // namespace threadx
