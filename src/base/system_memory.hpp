// The memory of this machine.
#pragma once

#include <cstdint>
#include <filesystem>

namespace threadx {

struct SystemMemory {
    std::uint64_t total_bytes = 0;
    std::uint64_t available_bytes = 0; // that programs can take without others being swapped out
};

// As Linux' file says; zeros where there is none.
SystemMemory system_memory(const std::filesystem::path& file = "/proc/meminfo");

} // namespace threadx
