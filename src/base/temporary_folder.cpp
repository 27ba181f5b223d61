#include "base/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "base/error.hpp"

namespace threadx {

TemporaryFolder::TemporaryFolder() {
    std::error_code error;
    const std::filesystem::path above = std::filesystem::temp_directory_path(error);
    if (error)
        throw IoError(fmt::format("no folder for temporary files: {}; TMPDIR names it", error.message()));
    std::string name = (above / "threadx-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw IoError(fmt::format("cannot make the folder {}: {}; TMPDIR names another place", name,
                                  std::strerror(errno)));
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored; // nothing better can be done with it here
    std::filesystem::remove_all(path_, ignored);
}

} // namespace threadx
