#include "base/npy.hpp"

#include <bit>

#include <fmt/format.h>

namespace threadx {

std::string npy_text(std::span<const std::vector<double>> columns) {
    static_assert(std::endian::native == std::endian::little,
                  "the numbers are written as they lie in memory");
    const std::size_t rows = columns.empty() ? 0 : columns[0].size();
    std::string header = fmt::format("{{'descr': '<f8', 'fortran_order': True, 'shape': ({},{})}}", rows,
                                     columns.size() == 1 ? "" : fmt::format(" {}", columns.size()));
    constexpr std::size_t prefix = 10;    // magic, version, length of the header
    constexpr std::size_t alignment = 64; // of the numbers
    while ((prefix + header.size() + 1) % alignment != 0) header += ' ';
    header += '\n';
    std::string text("\x93NUMPY\x01\x00", 8);
    text += static_cast<char>(header.size() & 0xffU);
    text += static_cast<char>(header.size() >> 8U);
    text += header;
    text.reserve(text.size() + rows * columns.size() * sizeof(double));
    for (const std::vector<double>& column : columns)
        text.append(reinterpret_cast<const char*>(column.data()), column.size() * sizeof(double));
    return text;
}

} // namespace threadx
