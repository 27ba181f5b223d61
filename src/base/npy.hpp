// Numbers as a file that numpy.load reads.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace threadx {

// Columns of the same length as an array of float64 with a row for each of their values; a single one has one
// dimension. The format is NumPy's .npy, version 1.0 (numpy.lib.format).
std::string npy_text(std::span<const std::vector<double>> columns);

} // namespace threadx
