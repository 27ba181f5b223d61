#include "monitor/history_graph.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace threadx {
namespace {

// How many of `steps` a value fills.
std::size_t filled(double value, double highest, std::size_t steps) {
    if (!(value > 0.0) || !(highest > 0.0)) return 0;
    const double part = std::min(1.0, value / highest) * static_cast<double>(steps);
    return std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(part)), 1, steps);
}

// The part of it that lies in a row of `each` steps, `below` of which are under the row.
std::size_t in_row(std::size_t filled, std::size_t below, std::size_t each) {
    return filled > below ? std::min(filled - below, each) : 0;
}

std::string utf8(unsigned code) { // of U+0800 to U+FFFF
    return {static_cast<char>(0xE0u | code >> 12u), static_cast<char>(0x80u | (code >> 6u & 0x3Fu)),
            static_cast<char>(0x80u | (code & 0x3Fu))};
}

// Dots of a braille character, from below, of its left and its right half.
constexpr std::array<unsigned, 5> left_dots = {0x00, 0x40, 0x44, 0x46, 0x47};
constexpr std::array<unsigned, 5> right_dots = {0x00, 0x80, 0xA0, 0xB0, 0xB8};
constexpr std::array<const char*, 3> plain_steps = {" ", ".", "#"};

} // namespace

std::vector<std::string> history_graph(std::span<const double> values, double highest, std::size_t width,
                                       std::size_t height, bool unicode) {
    const std::size_t each = unicode ? 4 : 2; // steps of a row
    const std::size_t columns = unicode ? 2 * width : width;
    std::vector<std::size_t> steps(columns, 0);
    const std::size_t shown = std::min(columns, values.size());
    for (std::size_t i = 0; i < shown; ++i)
        steps[columns - 1 - i] = filled(values[values.size() - 1 - i], highest, each * height);
    std::vector<std::string> rows(height);
    for (std::size_t row = 0; row < height; ++row) {
        const std::size_t below = (height - 1 - row) * each;
        for (std::size_t x = 0; x < width; ++x)
            rows[row] += unicode ? utf8(0x2800u + left_dots[in_row(steps[2 * x], below, each)] +
                                        right_dots[in_row(steps[2 * x + 1], below, each)])
                                 : plain_steps[in_row(steps[x], below, each)];
    }
    return rows;
}

} // namespace threadx
