// The Sobol sequence: points that fill the unit cube more evenly than random ones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace threadx {

inline constexpr std::size_t sobol_dimensions = 64; // as many as the table holds
inline constexpr int sobol_bits = 53;               // of a coordinate; the sequence has 2^53 points

// One coordinate of the sequence, with the direction numbers of Joe & Kuo. Each point is computed from its
// index alone. The points come in Gray-code order (Antonov & Saleev 1979), as from
// scipy.stats.qmc.Sobol(scramble=False), beginning with the origin as point 0. The order only moves points
// within aligned blocks of 2^k.
class SobolDimension {
  public:
    explicit SobolDimension(std::size_t index); // index < sobol_dimensions

    // The coordinate of point i < 2^53, times 2^53.
    std::uint64_t bits(std::uint64_t i) const {
        std::uint64_t x = 0;
        std::size_t column = 0;
        for (std::uint64_t gray = i ^ (i >> 1); gray != 0; gray >>= 1, ++column)
            if ((gray & 1) != 0) x ^= directions_[column];
        return x;
    }

  private:
    std::array<std::uint64_t, sobol_bits> directions_{};
};

} // namespace threadx
