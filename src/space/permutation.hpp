// A random order of 0 … size−1 that is computed, not stored: ten million places cost no memory.
#pragma once

#include <cstdint>

namespace threadx {

// An unbalanced Feistel network over the smallest power of two that holds `size`, keyed by Philox and walked
// along its cycles until the value is below size (Black & Rogaway, "Ciphers with arbitrary finite domains",
// CT-RSA 2002). The power is less than twice the size, so a call takes less than two walks on average.
class Permutation {
  public:
    // The order is a function of seed, step (say, a dimension's key) and size. 1 ≤ size ≤ 2^63.
    Permutation(std::uint64_t seed, std::uint32_t step, std::uint64_t size);

    // Where i < size goes: a bijection of 0 … size−1.
    std::uint64_t operator()(std::uint64_t i) const;

  private:
    std::uint64_t scramble(std::uint64_t x) const; // a bijection of the power of two

    std::uint64_t seed_;
    std::uint64_t size_;
    std::uint32_t step_;
    int high_bits_;
    int low_bits_;
};

} // namespace threadx
