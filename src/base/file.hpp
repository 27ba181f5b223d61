// Whole files in and out.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace threadx {

// The file's bytes. InputError if it does not exist or is a directory, IoError if it cannot be read.
std::string read_file(const std::filesystem::path& path);

// Writes to a temporary neighbour, flushes it to the disk and renames it: readers see the old or the new
// contents, never a part. IoError, with the old file untouched, if that fails.
void write_file_atomically(const std::filesystem::path& path, std::string_view contents);

} // namespace threadx
