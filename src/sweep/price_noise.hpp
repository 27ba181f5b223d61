// Bars whose prices were a little other.
#pragma once

#include <cstdint>

#include "market/bars.hpp"

namespace threadx {

// Every price of every bar times e^(noise·σ·z): σ is the deviation of the log returns of the closes, z a
// standard normal number of its own for each price. High and low are then the largest and the smallest of the
// bar's four.
class PriceNoise {
  public:
    // `bars` outlives this.
    PriceNoise(const Bars& bars, double noise, std::uint64_t seed);

    // A function of the seed and `simulation` alone. Any thread.
    Bars bars(std::uint64_t simulation) const;

  private:
    const Bars& bars_;
    double deviation_;
    std::uint64_t seed_;
};

} // namespace threadx
