// Bars whose prices were a little other.
#pragma once

#include <cstdint>

#include "market/bars.hpp"

namespace threadx {

// Every price of every bar times e^(noise·σ·z): σ is the deviation of the log returns of the closes, z a
// standard normal number of its own for each price. High and low are then the largest and the smallest of the
// bar's four. A function of (seed, simulation) alone.
Bars with_price_noise(const Bars& bars, double noise, std::uint64_t seed, std::uint64_t simulation);

} // namespace threadx
