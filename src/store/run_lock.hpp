// The lock that lets one process at a time add rows to a run.
#pragma once

#include <filesystem>

namespace threadx {

// Holds the file "lock" of a run directory with flock(2) for as long as it lives. The kernel lets go of it
// when the process ends, however it ends, so nobody has to clear up after a kill. Readers do not look at it.
class RunLock {
  public:
    // InputError if somebody holds it, naming the directory and the process; IoError if the directory is not
    // writable.
    explicit RunLock(const std::filesystem::path& directory);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

  private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

} // namespace threadx
