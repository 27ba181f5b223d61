// Arguments of functions that are texts, known when rules are compiled: choices and durations.
#pragma once

#include <cstdint>
#include <string_view>

#include "indicators/catalogue.hpp"
#include "rules/graph.hpp"

namespace threadx {

// "a number", "a condition" or "a text".
std::string_view kind_of(const Graph& graph, NodeId node);

// An argument that was given: where it stands, and what it is.
struct GivenArgument {
    const Indicator& function;
    const IndicatorArgument& expected;
    const SourceText& source;
    TextSpan span;
    NodeId node = 0;
};

// InputError if it is none of the choices.
void check_choice(const Graph& graph, const GivenArgument& given);

// InputError if it is no whole number of milliseconds, written as "4h".
void check_duration(const Graph& graph, const GivenArgument& given);

// Of a text that was checked; 0 for "".
std::int64_t nanoseconds_of(const Graph& graph, NodeId duration);

// The same in milliseconds, as a number that kernels compute with.
NodeId milliseconds_of(Graph& graph, NodeId duration);

} // namespace threadx
