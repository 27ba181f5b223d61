#include "market/random_draws.hpp"

#include <Random123/philox.h>

namespace threadx::draws {

std::array<double, 4> uniforms(std::uint64_t seed, std::uint64_t bar, std::uint32_t step,
                               std::uint32_t stream) {
    const r123::Philox4x32::key_type key = {
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const r123::Philox4x32::ctr_type counter = {
        {static_cast<std::uint32_t>(bar), static_cast<std::uint32_t>(bar >> 32), step, stream}};
    const r123::Philox4x32::ctr_type words = r123::Philox4x32{}(counter, key);
    std::array<double, 4> values{};
    for (std::size_t i = 0; i < 4; ++i) values[i] = (static_cast<double>(words[i]) + 0.5) * 0x1p-32;
    return values;
}

} // namespace threadx::draws
