// Tables of text on the standard output.
#pragma once

#include <string>
#include <vector>

namespace threadx {

using TableLine = std::vector<std::string>;

// Columns as wide as their widest cell; all lines have as many cells as the first.
void print_table(const std::vector<TableLine>& lines);

} // namespace threadx
