// Bars as CSV.
#pragma once

#include <filesystem>
#include <string>

#include "market/bars.hpp"

namespace threadx {

// "timestamp,open,high,low,close,volume" and one line a bar; without the first column if the bars have no
// times. Numbers in the shortest form that reads back as the same bits, times as by `time_text`, a NaN volume
// as an empty cell.
std::string bars_csv(const Bars& bars);

// Writes that to a file piece by piece. A regular file is written beside its name and then renamed: readers
// see the old or the new one, never a part. Anything else (a pipe, a device) is written to directly. IoError
// if that fails.
void write_bars_csv(const std::filesystem::path& path, const Bars& bars);

} // namespace threadx
