// The spacing of bars in time: their period, and where bars are missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace threadx {

// The most common difference of neighbours, the shortest of those that are equally common: the period of the
// bars, in nanoseconds. 0 for fewer than two times. The times increase and span less than 2^63 nanoseconds.
std::int64_t most_common_step(std::span<const std::int64_t> time);

// The steps that are longer than `period`.
struct Gaps {
    std::size_t count = 0;
    std::int64_t largest = 0; // nanoseconds; of equal ones the first
    std::int64_t after = 0;   // the time of the bar before the largest
};

Gaps find_gaps(std::span<const std::int64_t> time, std::int64_t period);

} // namespace threadx
