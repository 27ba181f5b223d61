// Whole files in and out.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace threadx {

// The bytes of a file, read without a copy.
class FileText {
  public:
    // InputError if there is no such file or it is a directory, IoError if it cannot be read.
    explicit FileText(const std::filesystem::path& path);

    std::string_view text() const { return {bytes_.get(), size_}; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

// The same as a string, for small files.
std::string read_file(const std::filesystem::path& path);

// Writes to a temporary neighbour, flushes it to the disk and renames it: readers see the old or the new
// contents, never a part. IoError, with the old file untouched, if that fails.
void write_file_atomically(const std::filesystem::path& path, std::string_view contents);

// The same through a neighbour of that name, so that what a killed process left behind is used again, and
// without a flush: that survives any end of the process; after a loss of power the file may be empty. For
// what can be done without, by one writer at a time.
void replace_file(const std::filesystem::path& path, const std::filesystem::path& temporary,
                  std::string_view contents);

} // namespace threadx
