#include "base/system_memory.hpp"

#include <fstream>
#include <string>

namespace threadx {

SystemMemory system_memory() {
    SystemMemory memory;
    std::ifstream file("/proc/meminfo");
    for (std::string key; file >> key;) {
        std::uint64_t kibibytes = 0;
        if (key == "MemTotal:" && file >> kibibytes) memory.total_bytes = kibibytes * 1024;
        if (key == "MemAvailable:" && file >> kibibytes) memory.available_bytes = kibibytes * 1024;
    }
    return memory;
}

} // namespace threadx
