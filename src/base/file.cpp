#include "base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.hpp"

namespace threadx {
namespace {

// Closes a file descriptor at the end of a scope.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

std::string reason() { return std::strerror(errno); }

// Writes `temporary` and renames it to `path`.
void replace(const std::filesystem::path& path, const std::filesystem::path& temporary,
             std::string_view contents, bool flush) {
    const auto fail = [&](const char* what) {
        const std::string why = reason();
        ::unlink(temporary.c_str());
        throw IoError(fmt::format("cannot {} '{}': {}", what, path.string(), why));
    };
    {
        const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (file.get() < 0) fail("write");
        for (std::string_view rest = contents; !rest.empty();) {
            const ssize_t put = ::write(file.get(), rest.data(), rest.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) fail("write");
            rest.remove_prefix(static_cast<std::size_t>(put));
        }
        if (flush && ::fsync(file.get()) != 0) fail("write");
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail("replace");
}

} // namespace

FileText::FileText(const std::filesystem::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) throw InputError(fmt::format("cannot open '{}': {}", path.string(), reason()));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0)
        throw IoError(fmt::format("cannot read '{}': {}", path.string(), reason()));
    if (S_ISDIR(status.st_mode))
        throw InputError(fmt::format("'{}' is a directory, not a file", path.string()));
    // One byte more than the file has, to see its end. Pipes have no size: their memory grows.
    constexpr std::size_t least = 65536;
    std::size_t room = std::max(static_cast<std::size_t>(status.st_size) + 1, least);
    bytes_ = std::make_unique_for_overwrite<char[]>(room);
    for (;;) {
        if (size_ == room) {
            auto larger = std::make_unique_for_overwrite<char[]>(2 * room);
            std::memcpy(larger.get(), bytes_.get(), size_);
            bytes_ = std::move(larger);
            room *= 2;
        }
        const ssize_t got = ::read(file.get(), bytes_.get() + size_, room - size_);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw IoError(fmt::format("cannot read '{}': {}", path.string(), reason()));
        if (got == 0) break;
        size_ += static_cast<std::size_t>(got);
    }
}

std::string read_file(const std::filesystem::path& path) { return std::string(FileText(path).text()); }

void write_file_atomically(const std::filesystem::path& path, std::string_view contents) {
    // The thread's number: two threads may write one file at once, as two processes may.
    replace(path, path.string() + fmt::format(".tmp{}", ::gettid()), contents, true);
}

void replace_file(const std::filesystem::path& path, const std::filesystem::path& temporary,
                  std::string_view contents) {
    replace(path, temporary, contents, false);
}

} // namespace threadx
