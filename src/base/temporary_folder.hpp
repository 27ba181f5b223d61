// A folder that is removed, with all in it, when its owner goes.
#pragma once

#include <filesystem>

namespace threadx {

class TemporaryFolder {
  public:
    TemporaryFolder(); // in $TMPDIR or /tmp; IoError if it cannot be made
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace threadx
