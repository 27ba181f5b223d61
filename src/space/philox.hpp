// Random numbers without state: each is a function of who asks for what, so that any thread or device gets
// the same one whatever was drawn before. Philox4x32-10 of Random123 (Salmon, Moraes, Dror, Shaw: "Parallel
// random numbers: as easy as 1, 2, 3", SC11).
#pragma once

#include <array>
#include <cstdint>

#include <Random123/philox.h>

namespace threadx {

// What a number is drawn for. One entry per purpose, so that no two purposes ever see the same numbers; the
// figures are part of every result and never change.
namespace stream {
inline constexpr std::uint32_t space = 1;       // Monte Carlo points
inline constexpr std::uint32_t sobol_shift = 2; // the digital shift of a Sobol dimension
inline constexpr std::uint32_t permutation = 3; // the round function of Permutation
inline constexpr std::uint32_t jitter = 4;      // the place inside a stratum of a Latin hypercube
inline constexpr std::uint32_t resample = 5;    // blocks of time of a reality check
inline constexpr std::uint32_t trade_order = 6; // robustness: trades shuffled ...
inline constexpr std::uint32_t trade_draw = 7;  // ... and drawn again
inline constexpr std::uint32_t returns = 8;     // robustness: returns in other orders
inline constexpr std::uint32_t noise = 9;       // robustness: other prices
inline constexpr std::uint32_t neighbours = 10; // robustness: the seed of other parameters
inline constexpr std::uint32_t item = 16;       // items of work that users distribute over devices
} // namespace stream

// The four words of one Philox4x32-10 block. Key: the seed, low word first. Counter: the scenario, low word
// first, then step (time, or a dimension's key), then stream.
inline std::array<std::uint32_t, 4> philox(std::uint64_t seed, std::uint64_t scenario, std::uint32_t step,
                                           std::uint32_t stream) {
    const r123::Philox4x32::key_type key = {
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const r123::Philox4x32::ctr_type counter = {
        {static_cast<std::uint32_t>(scenario), static_cast<std::uint32_t>(scenario >> 32), step, stream}};
    const r123::Philox4x32::ctr_type words = r123::Philox4x32()(counter, key);
    return {words[0], words[1], words[2], words[3]};
}

// 53 random bits: the block's first word above its second, without the 11 lowest bits.
inline std::uint64_t random_bits53(std::uint64_t seed, std::uint64_t scenario, std::uint32_t step,
                                   std::uint32_t stream) {
    const std::array<std::uint32_t, 4> words = philox(seed, scenario, step, stream);
    return (static_cast<std::uint64_t>(words[0]) << 32 | words[1]) >> 11;
}

// A number in [0, 1), a multiple of 2^-53: random_bits53 · 2^-53.
inline double uniform(std::uint64_t seed, std::uint64_t scenario, std::uint32_t step, std::uint32_t stream) {
    return static_cast<double>(random_bits53(seed, scenario, step, stream)) * 0x1p-53;
}

} // namespace threadx
