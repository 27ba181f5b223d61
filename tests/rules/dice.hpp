// Random choices from a seed: what a property test draws with rapidcheck is one number, and a failure names
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace threadx::test {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    // SplitMix64 (Steele, Lea and Flood 2014).
    std::uint64_t bits() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31U);
    }

    std::size_t below(std::size_t count) { return static_cast<std::size_t>(bits() % count); }
    int between(int first, int last) {
        return first + static_cast<int>(below(static_cast<std::size_t>(last - first + 1)));
    }
    double unit() { return static_cast<double>(bits() >> 11U) * 0x1p-53; } // in [0, 1)
    double between(double low, double high) { return low + (high - low) * unit(); }
    bool chance(double probability) { return unit() < probability; }

    template <class T>
    T pick(std::initializer_list<T> choices) {
        return choices.begin()[below(choices.size())];
    }

  private:
    std::uint64_t state_;
};

} // namespace threadx::test
