// When bars begin and end, as rules see it.
#pragma once

#include <span>
#include <vector>

#include "market/bars.hpp"

namespace threadx {

// Milliseconds since 1970-01-01 UTC, whole ones: parts of one are cut off. Both empty where bars have no
// times.
struct BarTimes {
    std::vector<double> start;
    std::vector<double> end;
};

BarTimes bar_times(const Bars& bars);

// The start and the shortest step between two bars of the series: no later bar begins before. Where some are
// missing a bar may have been longer than that, never shorter.
std::vector<double> bar_ends(std::span<const double> start);

} // namespace threadx
