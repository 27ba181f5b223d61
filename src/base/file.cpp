#include "base/file.hpp"

#include <cerrno>
#include <cstring>

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

} // namespace

std::string read_file(const std::filesystem::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) throw InputError(fmt::format("cannot open '{}': {}", path.string(), reason()));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0)
        throw IoError(fmt::format("cannot read '{}': {}", path.string(), reason()));
    if (S_ISDIR(status.st_mode))
        throw InputError(fmt::format("'{}' is a directory, not a file", path.string()));
    std::string contents(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t filled = 0;
    for (;;) {
        if (filled == contents.size()) contents.resize(contents.size() + 65536); // pipes have no size
        const ssize_t got = ::read(file.get(), contents.data() + filled, contents.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw IoError(fmt::format("cannot read '{}': {}", path.string(), reason()));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    contents.resize(filled);
    return contents;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view contents) {
    const std::filesystem::path temporary = path.string() + fmt::format(".tmp{}", ::getpid());
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
        if (::fsync(file.get()) != 0) fail("write");
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail("replace");
}

} // namespace threadx
