// From where on a number is a matter of concern: for colours, warnings and checks.
#pragma once

#include <algorithm>
#include <optional>

#include "monitor/readings.hpp"

namespace threadx {

constexpr double hot_celsius = 85.0;         // a GPU under load should stay below
constexpr double slowdown_margin = 5.0;      // degrees below the temperature at which the card slows down
constexpr double nearly_full_percent = 95.0; // of memory

// The temperature from which on this GPU is hot.
inline double hot_from(const GpuIdentity& gpu) {
    return std::min(hot_celsius, gpu.slowdown_celsius.value_or(1e9) - slowdown_margin);
}

} // namespace threadx
