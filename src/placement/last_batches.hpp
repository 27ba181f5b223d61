// How the batches of workers who help each other end.
#pragma once

#include <cstddef>
#include <cstdint>

namespace threadx {

// Towards the end batches become smaller, so that little is left to be written after it, and that no thread
// computes columns for long while the others, who can only help it to simulate, wait.
std::uint64_t shorten_batch(std::uint64_t size, std::uint64_t left, std::uint64_t total, std::size_t workers,
                            std::size_t lanes);

} // namespace threadx
