// A range of bars.
#pragma once

#include <cstddef>

namespace threadx {

// Bars first … end-1.
struct BarRange {
    std::size_t first = 0;
    std::size_t end = 0;

    std::size_t size() const { return end - first; }
    bool operator==(const BarRange&) const = default;
};

} // namespace threadx
