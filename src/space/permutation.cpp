#include "space/permutation.hpp"

#include <bit>
#include <cassert>
#include <utility>

#include "space/philox.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t low_mask(int bits) { return (std::uint64_t{1} << bits) - 1; }

} // namespace

Permutation::Permutation(std::uint64_t seed, std::uint32_t step, std::uint64_t size)
    : seed_(seed), size_(size), step_(step) {
    assert(size >= 1 && size <= std::uint64_t{1} << 63);
    const int bits = static_cast<int>(std::bit_width(size - 1));
    high_bits_ = bits / 2;
    low_bits_ = bits - high_bits_;
}

std::uint64_t Permutation::operator()(std::uint64_t i) const {
    assert(i < size_);
    std::uint64_t x = scramble(i);
    while (x >= size_) x = scramble(x);
    return x;
}

std::uint64_t Permutation::scramble(std::uint64_t x) const {
    // Four rounds make a good cipher of a good round function (Luby & Rackoff); small halves need more of
    // them. An even number, so that the halves end with the widths that they began with.
    constexpr std::uint64_t rounds = 8;
    int high_bits = high_bits_;
    int low_bits = low_bits_;
    std::uint64_t high = x >> low_bits;
    std::uint64_t low = x & low_mask(low_bits);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const std::uint64_t word = philox(seed_, round << 32 | low, step_, stream::permutation)[0];
        high ^= word & low_mask(high_bits);
        std::swap(high, low);
        std::swap(high_bits, low_bits);
    }
    return high << low_bits | low;
}

} // namespace threadx
