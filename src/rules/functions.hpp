// The functions and series of the rule language: a few primitives, which the graph has operations for, and
// the catalogue of indicators.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indicators/catalogue.hpp"
#include "rules/bar_source.hpp"
#include "rules/graph.hpp"

namespace threadx {

struct Function {
    const Indicator* description = nullptr;
    // Of a primitive; null: what the description says.
    NodeId (*build)(Graph& graph, std::span<const NodeId> arguments) = nullptr;
};

// Hidden ones too, which are for the definitions of others.
std::optional<Function> find_function(std::string_view name);

// All that a strategy may call, by name.
std::vector<Function> functions();

// "macd(x, fast = 12, slow = 26, signal = 9)"
std::string signature(const Indicator& function);

// How many of its arguments must be given.
std::size_t required_arguments(const Indicator& function);

// A series of the bars that is no call: open, hl2, tr, ...
struct SeriesName {
    std::string name;
    std::string help;
    NodeId (*build)(const BarSource& bars); // null: a call of the function of this name
};

std::span<const SeriesName> series_names();

} // namespace threadx
