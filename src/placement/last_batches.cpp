#include "placement/last_batches.hpp"

#include <algorithm>

namespace threadx {
namespace {

constexpr std::uint64_t least_packs = 8; // a batch has its own cost

} // namespace

std::uint64_t shorten_batch(std::uint64_t size, std::uint64_t left, std::uint64_t total, std::size_t workers,
                            std::size_t lanes) {
    const std::uint64_t least = std::max(total / (32 * workers), least_packs * lanes);
    const std::uint64_t share = std::max(3 * left / (2 * std::max<std::uint64_t>(workers, 2)), least);
    return std::min(size, (share + lanes - 1) / lanes * lanes);
}

} // namespace threadx
