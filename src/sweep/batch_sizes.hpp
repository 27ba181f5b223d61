// How many scenarios a thread takes at a time.
#pragma once

#include <cstdint>

namespace threadx {

// Rows are delivered, and stored, in blocks of at most so many: up to 12 of them wait to be written, and as
// many are being written, which takes their memory twice; of rows of 300 bytes, 40 MiB.
constexpr std::uint64_t largest_block = 4096;

// For the CPU's threads: the larger a batch, the more alike are the scenarios that are simulated together;
// but what a batch has computed is lost if the program is killed, and nothing of it is seen before its end:
// some tenths of a second. `bars`: of a scenario, over all of its `windows`, for each of which a batch has
// statistics.
std::uint64_t choose_batch_size(std::uint64_t total, std::size_t bars, std::size_t windows,
                                std::size_t workers, std::size_t lanes);

// Scenarios that an accelerator's worker takes at most: more than the largest GPUs simulate at once; each
// worker holds the parameters, statistics and offsets of one batch: about 40 MB of them, counted.
constexpr std::uint64_t largest_device_batch = std::uint64_t{1} << 16U;

} // namespace threadx
