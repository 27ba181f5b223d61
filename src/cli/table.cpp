#include "cli/table.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace threadx {

void print_table(const std::vector<TableLine>& lines) {
    if (lines.empty()) return;
    std::vector<std::size_t> widths(lines.front().size());
    for (const TableLine& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
    for (const TableLine& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) text += fmt::format("{:<{}}  ", line[i], widths[i]);
        std::printf("%s\n", text.substr(0, text.find_last_not_of(' ') + 1).c_str());
    }
}

} // namespace threadx
