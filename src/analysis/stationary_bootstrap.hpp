// Random orders of time that keep what follows what: Politis & Romano, "The stationary bootstrap", Journal
// of the American Statistical Association 89 (1994).
#pragma once

#include <cstddef>
#include <cstdint>

#include "space/counter_random.hpp"

namespace threadx {

// A resampled series of 1 ≤ `size` ≤ 2^32 steps of time: blocks that begin anywhere, last a geometrically
// distributed number of steps, `mean_length` ≥ 1 on average, and go on at the first step after the last one.
class StationaryBootstrap {
  public:
    StationaryBootstrap(CounterRandom random, std::size_t size, double mean_length)
        : random_(random), size_(size), restart_(1.0 / mean_length) {}

    // The step of the original series that stands next.
    std::size_t next() {
        if (first_ || random_.uniform() < restart_) {
            at_ = random_.below(size_);
            first_ = false;
        } else if (++at_ == size_) {
            at_ = 0;
        }
        return at_;
    }

  private:
    CounterRandom random_;
    std::size_t size_;
    std::size_t at_ = 0;
    double restart_; // probability that a block ends
    bool first_ = true;
};

} // namespace threadx
