#include "space/sobol.hpp"

#include <cassert>

#include "space/sobol_table.hpp"

namespace threadx {

static_assert(sobol_table.size() == sobol_dimensions);

// Joe & Kuo, "Notes on generating Sobol' sequences" (2008), equation 2: with the polynomial x^s + a_1 x^(s-1)
// + … + a_(s-1) x + 1, v_k = a_1 v_(k-1) ⊕ … ⊕ a_(s-1) v_(k-s+1) ⊕ v_(k-s) ⊕ (v_(k-s) / 2^s), and v_k = m_k /
// 2^k for the first s.
SobolDimension::SobolDimension(std::size_t index) {
    assert(index < sobol_dimensions);
    const SobolRow& row = sobol_table[index];
    const std::size_t degree = row.degree;
    for (std::size_t k = 0; k < directions_.size(); ++k) {
        const std::size_t shift = directions_.size() - 1 - k;
        if (degree == 0) { // the first dimension is van der Corput's: every m is 1
            directions_[k] = std::uint64_t{1} << shift;
        } else if (k < degree) {
            directions_[k] = std::uint64_t{row.m[k]} << shift;
        } else {
            std::uint64_t v = directions_[k - degree] ^ (directions_[k - degree] >> degree);
            for (std::size_t j = 1; j < degree; ++j)
                if ((row.coefficients >> (degree - 1 - j) & 1U) != 0) v ^= directions_[k - j];
            directions_[k] = v;
        }
    }
}

} // namespace threadx
