// Random orders of time that keep what follows what: Politis & Romano, "The stationary bootstrap", Journal
// of the American Statistical Association 89 (1994).
#pragma once

#include <cstddef>
#include <cstdint>

#include "space/philox.hpp"

namespace threadx {

// A resampled series of `size` ≥ 1 steps of time: blocks that begin anywhere, last a geometrically
// distributed number of steps, `mean_length` ≥ 1 on average, and go on at the first step after the last one.
// The numbers are a function of (seed, resample, stream).
class StationaryBootstrap {
  public:
    StationaryBootstrap(std::uint64_t seed, std::uint64_t resample, std::uint32_t stream, std::size_t size,
                        double mean_length)
        : seed_(seed), resample_(resample), stream_(stream), size_(size), restart_(1.0 / mean_length) {}

    // The step of the original series that stands next.
    std::size_t next() {
        const std::array<std::uint32_t, 4> words = philox(seed_, resample_, drawn_++, stream_);
        const bool restart = drawn_ == 1 || static_cast<double>(words[2]) * 0x1p-32 < restart_;
        if (restart) {
            const auto high = static_cast<std::uint64_t>(words[0]) << 32 | words[1];
            at_ = static_cast<std::size_t>(static_cast<double>(high >> 11) * 0x1p-53 *
                                           static_cast<double>(size_));
        } else if (++at_ == size_) {
            at_ = 0;
        }
        return at_;
    }

  private:
    std::uint64_t seed_;
    std::uint64_t resample_;
    std::uint32_t stream_;
    std::uint32_t drawn_ = 0;
    std::size_t size_;
    std::size_t at_ = 0;
    double restart_; // probability that a block ends
};

} // namespace threadx
