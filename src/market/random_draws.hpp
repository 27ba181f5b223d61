// Random numbers that are a function of (seed, bar, step, stream) alone, with the same bits on every machine.
#pragma once

#include <array>
#include <cstdint>

namespace threadx::draws {

// Four numbers uniform in (0, 1), each a multiple of 2^-33: Philox4x32-10 (Salmon, Moraes, Dror, Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", 2011) with key = seed and counter = (bar, step, stream), the
// bar taking two words.
std::array<double, 4> uniforms(std::uint64_t seed, std::uint64_t bar, std::uint32_t step,
                               std::uint32_t stream);

} // namespace threadx::draws
