// Where a user's files are by the XDG Base Directory Specification.
#pragma once

#include <filesystem>
#include <string_view>

namespace threadx {

// $XDG_CACHE_HOME/threadx/NAME, or ~/.cache/threadx/NAME; empty where neither is known.
std::filesystem::path user_cache_folder(std::string_view name);

} // namespace threadx
