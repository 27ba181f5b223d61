#include "base/system_memory.hpp"

#include <fstream>
#include <string>

namespace threadx {

SystemMemory system_memory(const std::filesystem::path& file) {
    SystemMemory memory;
    std::ifstream in(file);
    for (std::string key; in >> key;) {
        std::uint64_t kibibytes = 0;
        if (key == "MemTotal:" && in >> kibibytes) memory.total_bytes = kibibytes * 1024;
        if (key == "MemAvailable:" && in >> kibibytes) memory.available_bytes = kibibytes * 1024;
    }
    return memory;
}

} // namespace threadx
