// Contiguous ranges of scenario ids.
#pragma once

#include <cstdint>

namespace threadx {

// Ids first … last-1.
struct IdRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    std::uint64_t size() const { return last - first; }
    bool operator==(const IdRange&) const = default;
};

} // namespace threadx
