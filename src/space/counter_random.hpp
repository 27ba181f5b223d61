// A stream of random numbers of one simulation, a function of who asks alone (space/philox.hpp).
#pragma once

#include <array>
#include <cstdint>

#include "space/philox.hpp"

namespace threadx {

class CounterRandom {
  public:
    // Of simulation `id` of `stream`.
    CounterRandom(std::uint64_t seed, std::uint64_t id, std::uint32_t stream)
        : seed_(seed), id_(id), stream_(stream) {}

    std::uint32_t word() {
        if (used_ == words_.size()) {
            words_ = philox(seed_, id_, step_++, stream_);
            used_ = 0;
        }
        return words_[used_++];
    }

    // A whole number below `size` ≤ 2^32, each as likely as the others to one part in 2^32/size.
    std::uint32_t below(std::uint64_t size) { return static_cast<std::uint32_t>(word() * size >> 32U); }

    // In [0, 1), a multiple of 2^-32.
    double uniform() { return static_cast<double>(word()) * 0x1p-32; }

  private:
    std::uint64_t seed_;
    std::uint64_t id_;
    std::uint32_t stream_;
    std::uint32_t step_ = 0;
    std::array<std::uint32_t, 4> words_{};
    std::size_t used_ = 4;
};

// A seed for the simulations of one scenario, so that each scenario has streams of its own.
inline std::uint64_t seed_of_scenario(std::uint64_t seed, std::uint64_t scenario, std::uint32_t stream) {
    const std::array<std::uint32_t, 4> words = philox(seed, scenario, 0, stream);
    return static_cast<std::uint64_t>(words[0]) << 32U | words[1];
}

} // namespace threadx
