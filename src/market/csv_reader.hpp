// Bars from CSV files as they are found in the wild.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "market/bars.hpp"

namespace threadx {

struct BarsFile {
    Bars bars;
    std::string sha256; // of the file's bytes
    std::vector<std::string>
        warnings;                   // at most one a kind: gaps in time, values that were moved by a rounding
    std::int64_t bar_period_ns = 0; // the most common step; 0 without times
};

// Reads a file; errors call it by its path. InputError as below, IoError if it cannot be read.
BarsFile read_bars_csv(const std::filesystem::path& path);

// Reads the contents of a file; errors and warnings call it `name`.
//
// The first line names the columns, in any order and case, separated by commas, semicolons or tabs: open,
// high, low, close (or o, h, l, c), and volume (vol, v; tick_volume), which may be missing or have empty
// cells (NaN). The time is the column timestamp, datetime, open_time, time or date, or a date and a time
// column together, or else the first column, unless that is one of the five: then the bars have no times.
// Other columns are ignored. How times may be written is said at `parse_time`; all of a file are in the style
// of the first. Quoted cells, CRLF, a UTF-8 byte order mark and blank lines are taken.
//
// InputError "name:line: what; what to do" for everything that would make results wrong: fewer than two bars,
// times that do not increase or are none, a price that is missing, not finite or not positive, high < low, an
// open or close outside them, a negative volume, a row with too few or too many cells, missing or repeated
// columns, a missing header.
BarsFile parse_bars_csv(std::string_view text, const std::string& name);

} // namespace threadx
