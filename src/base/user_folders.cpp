#include "base/user_folders.hpp"

#include <cstdlib>

namespace threadx {

std::filesystem::path user_cache_folder(std::string_view name) {
    const auto folder = [](const char* variable) {
        const char* value = std::getenv(variable);
        return std::filesystem::path(value == nullptr ? "" : value);
    };
    if (const auto cache = folder("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "threadx" / name;
    if (const auto home = folder("HOME"); !home.empty()) return home / ".cache/threadx" / name;
    return {};
}

} // namespace threadx
