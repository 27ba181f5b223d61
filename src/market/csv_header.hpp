// The first line of a file of bars: which delimiter it has, and what each column is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "market/csv_cells.hpp"

namespace threadx::csv {

// What a column holds. `date` and `clock` are the two halves of a time; numbers come last.
enum class Role : std::uint8_t { ignored, time, date, clock, open, high, low, close, volume };

struct Header {
    std::vector<std::string> names; // as they stand in the file
    std::vector<Role> roles;        // one a name
    bool has_time = false;
    bool time_by_position = false; // the first column is the time because no column has a known name for it
};

// The most frequent of comma, semicolon and tab in the first line that is not blank, outside quotes.
char find_delimiter(std::string_view text);

// Takes the first line that is not blank. InputError if there is none, if it holds no names, if a column is
// missing, or if a column that is wanted stands there twice.
Header read_header(CellScanner& scanner);

} // namespace threadx::csv
