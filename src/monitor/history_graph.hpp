// A quantity over time as rows of characters, the newest value at the right.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace threadx {

// `values`: oldest first, NaN where there is none; those that do not fit are left out, the oldest first. Each
// row has `width` characters, the first row is the top; `highest` and more fill the height, what is above 0
// is seen. With `unicode` a character holds two values in dots (U+2800 to U+28FF), otherwise one.
std::vector<std::string> history_graph(std::span<const double> values, double highest, std::size_t width,
                                       std::size_t height, bool unicode);

} // namespace threadx
