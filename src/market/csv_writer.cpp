#include "market/csv_writer.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

constexpr std::size_t piece_size = 1 << 20;

void append_number(std::string& out, double value) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    if (error == std::errc{}) out.append(buffer.data(), end);
}

void append_header(std::string& out, const Bars& bars) {
    out += bars.has_time() ? "timestamp,open,high,low,close,volume\n" : "open,high,low,close,volume\n";
}

void append_row(std::string& out, const Bars& bars, std::size_t i) {
    if (bars.has_time()) {
        append_time_text(out, bars.time[i]);
        out += ',';
    }
    for (const double price : {bars.open[i], bars.high[i], bars.low[i], bars.close[i]}) {
        append_number(out, price);
        out += ',';
    }
    if (!std::isnan(bars.volume[i])) append_number(out, bars.volume[i]);
    out += '\n';
}

// A file that is written in pieces and is complete only once `finish` has returned.
class OutputFile {
  public:
    explicit OutputFile(const std::filesystem::path& path) : path_(path), written_(path) {
        std::error_code ignored;
        const std::filesystem::file_status status = std::filesystem::status(path, ignored);
        if (std::filesystem::is_directory(status))
            throw IoError(fmt::format("cannot write '{}': it is a directory", path_.string()));
        replaces_ = !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
        if (replaces_) written_ += fmt::format(".tmp{}", ::getpid());
        descriptor_ = ::open(written_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (descriptor_ < 0) fail();
    }

    ~OutputFile() {
        if (descriptor_ < 0) return; // finished, or never opened
        ::close(descriptor_);
        if (replaces_) ::unlink(written_.c_str());
    }

    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::string_view piece) {
        while (!piece.empty()) {
            const ssize_t put = ::write(descriptor_, piece.data(), piece.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) fail();
            piece.remove_prefix(static_cast<std::size_t>(put));
        }
    }

    void finish() {
        if (replaces_) {
            if (::fsync(descriptor_) != 0) fail();
            if (::rename(written_.c_str(), path_.c_str()) != 0) fail();
        }
        replaces_ = false;
        const int closed = ::close(descriptor_);
        descriptor_ = -1;
        if (closed != 0) fail();
    }

  private:
    [[noreturn]] void fail() const {
        const int reason = errno;
        throw IoError(fmt::format("cannot write '{}': {}", path_.string(), std::strerror(reason)));
    }

    std::filesystem::path path_;
    std::filesystem::path written_; // the file that is open
    bool replaces_ = false;         // `path_` by `written_` at the end
    int descriptor_ = -1;
};

} // namespace

std::string bars_csv(const Bars& bars) {
    std::string text;
    append_header(text, bars);
    for (std::size_t i = 0; i < bars.size(); ++i) append_row(text, bars, i);
    return text;
}

void write_bars_csv(const std::filesystem::path& path, const Bars& bars) {
    OutputFile file(path);
    std::string piece;
    piece.reserve(piece_size + 1024);
    append_header(piece, bars);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        append_row(piece, bars, i);
        if (piece.size() < piece_size) continue;
        file.write(piece);
        piece.clear();
    }
    file.write(piece);
    file.finish();
}

} // namespace threadx
