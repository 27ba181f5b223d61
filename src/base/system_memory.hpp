// The memory of this machine.
#pragma once

#include <cstdint>

namespace threadx {

struct SystemMemory {
    std::uint64_t total_bytes = 0;
    std::uint64_t available_bytes = 0; // that programs can take without others being swapped out
};

// As /proc/meminfo says; zeros where there is none.
SystemMemory system_memory();

} // namespace threadx
