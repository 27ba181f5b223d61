// Trials side by side, so that compilers make vectors of loops over them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace threadx {

constexpr std::size_t trial_lanes = 16; // a power of two
using TrialLanes = std::array<double, trial_lanes>;

inline double largest(TrialLanes values) {
    for (std::size_t width = trial_lanes / 2; width > 0; width /= 2)
        for (std::size_t i = 0; i < width; ++i) values[i] = std::max(values[i], values[i + width]);
    return values[0];
}

} // namespace threadx
