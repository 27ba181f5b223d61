// The control group (cgroup) that this program is in: what a container or a service may use, and uses.
// Version 2 and version 1, whose limits may stand in any group above.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace threadx {

class ControlGroup {
  public:
    // `proc`, `sys`: Linux' folders /proc and /sys.
    ControlGroup(const std::filesystem::path& proc, const std::filesystem::path& sys);

    std::optional<double> processors() const;         // that it may use at a time, 1.5; absent: all
    std::optional<double> processor_seconds() const;  // that it has used; absent where no limit is
    std::optional<double> memory_limit_bytes() const; // absent: all
    std::optional<double> memory_used_bytes() const;  // without what the system can take back at once

  private:
    using Folders = std::vector<std::filesystem::path>;

    Folders processor_; // the group's folder, then the ones above; the first with a limit counts
    Folders memory_;
    Folders usage_; // of version 1, whose times stand elsewhere
};

} // namespace threadx
