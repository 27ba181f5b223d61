// Times of bars as a page has them.
#pragma once

#include <cstddef>
#include <string>

#include "market/bars.hpp"

namespace threadx {

// Seconds since 1970 of a bar's start; the bar's number where there are no times.
double bar_time(const Bars& bars, std::size_t t);

// "2022-01", of UTC. The bars must have times.
std::string month_name(const Bars& bars, std::size_t t);

// Whether bars t and t+1 lie in different months. The bars must have times.
bool month_ends(const Bars& bars, std::size_t t);

} // namespace threadx
