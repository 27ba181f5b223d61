// Which scenarios of a space lie beside a scenario.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sweep/prepared_sweep.hpp"

namespace threadx {

// On a grid: those that differ in one parameter by one level, one to two for each parameter. Of points of
// another sampler: as many as a grid would have inside, the nearest by the Euclidean distance of their places
// (each parameter goes from 0 to 1 over its range, on a log scale where it is swept on one); of equally near
// ones the lower ids.
class Neighbours {
  public:
    // InputError if there are too many points that are no grid to look for the nearest among.
    explicit Neighbours(const PreparedSweep& sweep);

    std::span<const std::uint32_t> of(std::uint64_t scenario);

  private:
    void find_nearest(const PreparedSweep& sweep);

    bool grid_;
    std::vector<std::uint64_t> levels_; // of a grid: of each dimension
    std::size_t nearest_count_ = 0;
    std::vector<std::uint32_t> nearest_; // else: of each scenario
    std::vector<std::uint32_t> found_;
};

} // namespace threadx
