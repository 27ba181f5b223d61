#include "store/run_lock.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.hpp"

namespace threadx {
namespace {

// Who holds the lock, as far as the file tells: " (process 123)".
std::string holder(int descriptor) {
    char text[32] = {};
    const ssize_t got = ::pread(descriptor, text, sizeof text - 1, 0);
    return got > 0 ? fmt::format(" (process {})", text) : std::string();
}

// Whether `file` still is the file that `descriptor` has open.
bool is_same_file(int descriptor, const std::filesystem::path& file) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

} // namespace

RunLock::RunLock(const std::filesystem::path& directory) : file_(directory / "lock") {
    for (;;) {
        // A lock left by a kill can be opened in a directory that is read-only: look at the directory too.
        const bool writable = ::access(directory.c_str(), W_OK) == 0;
        descriptor_ = writable ? ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644) : -1;
        if (descriptor_ < 0)
            throw IoError(
                fmt::format("cannot write in the directory '{}': {}; allow writing, or choose another "
                            "directory",
                            directory.string(), std::strerror(errno)));
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            const int reason = errno;
            const std::string who = holder(descriptor_);
            ::close(descriptor_);
            if (reason != EWOULDBLOCK)
                throw IoError(fmt::format("cannot lock '{}': {}", file_.string(), std::strerror(reason)));
            throw InputError(
                fmt::format("another process{} is adding rows to the run '{}'; wait until it ends, or "
                            "choose another directory",
                            who, directory.string()));
        }
        // The holder before us may have removed the file between our open and our flock: then we hold a file
        // without a name, and the next process would make and lock a new one.
        if (is_same_file(descriptor_, file_)) break;
        ::close(descriptor_);
    }
    const std::string process = std::to_string(::getpid());
    // The number only makes a message better, so that it cannot be written is no failure.
    if (::ftruncate(descriptor_, 0) == 0) [[maybe_unused]]
        const ssize_t put = ::write(descriptor_, process.data(), process.size());
}

RunLock::~RunLock() {
    ::unlink(file_.c_str()); // while the lock is held: see is_same_file above
    ::close(descriptor_);
}

} // namespace threadx
