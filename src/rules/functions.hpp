// The functions of the rule language, each declared once: name, arguments, help, and what it is made of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/graph.hpp"

namespace threadx {

// Window functions that devices may know how to compute for several lengths at once.
enum class WindowKind { sum, mean, deviation, exponential_mean, wilder_mean, other };

// A function of a series over a window: computed over a whole column by kernel text (kernels/windows.h).
struct WindowFunction {
    std::string_view name;
    // Reads `bars` values of x and writes as many to out; n ≥ 1.
    void (*compute)(const double* x, int n, int bars, double* out);
    WindowKind kind;
};

std::span<const WindowFunction> window_functions();

enum class ArgumentKind {
    number, // a series or a scalar
    length  // a whole scalar ≥ 1: a window in bars
};

struct Function {
    std::string name;
    std::string signature; // "sma(x, n)"
    std::string help;
    std::vector<ArgumentKind> arguments;
    std::size_t required; // how many arguments must be given
    NodeId (*build)(Graph& graph, std::span<const NodeId> arguments);
};

// All functions, in the order of the catalogue.
std::span<const Function> functions();

// A series of the bars that is no call: open, hl2, tr, ...
struct SeriesName {
    std::string name;
    std::string help;
    NodeId (*build)(Graph& graph);
};

std::span<const SeriesName> series_names();

} // namespace threadx
