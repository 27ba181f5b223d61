#include "sweep/batch_sizes.hpp"

#include <algorithm>

namespace threadx {
namespace {

constexpr double batch_bar_scenarios = 2e8;

} // namespace

std::uint64_t choose_batch_size(std::uint64_t total, std::size_t bars, std::size_t windows,
                                std::size_t workers, std::size_t lanes) {
    const auto by_time = static_cast<std::uint64_t>(batch_bar_scenarios / static_cast<double>(bars));
    const std::uint64_t by_share = total / workers;
    const std::uint64_t size = std::clamp<std::uint64_t>(
        std::min(by_time, by_share), lanes, std::max<std::uint64_t>(lanes, largest_block / windows));
    return (size + lanes - 1) / lanes * lanes;
}

} // namespace threadx
