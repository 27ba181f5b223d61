// The rows of a run: one per scenario.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id_range.hpp"

namespace threadx {

// What became of a scenario. `invalid`: it could not be run (a window length below 1, say); its metrics are
// NaN.
enum class RowStatus : std::uint8_t { ok = 0, ruined = 1, invalid = 2 };

std::string_view status_name(RowStatus status); // "ok", "ruined", "invalid"

// The names of a row's columns, in order: parameters, then metrics.
struct RowSchema {
    std::vector<std::string> parameters;
    std::vector<std::string> metrics;
    // Beside its values a row may have sums over blocks of the bars' returns: how many returns each block
    // has. Empty: there are none.
    std::vector<std::uint32_t> block_returns = {};

    std::size_t width() const { return parameters.size() + metrics.size(); }
};

// The rows of a contiguous range of ids, ascending. Ids of the range without a row are points that the
// constraints exclude. NaN stands for "undefined"; every NaN has the same bits and zero is never negative
// (`canonical`).
struct RowBlock {
    IdRange range;
    std::vector<std::uint64_t> scenarios; // rows
    std::vector<RowStatus> statuses;      // rows
    std::vector<double> values;           // rows × width, row after row: parameters, then metrics
    std::vector<double> block_sums = {};  // rows × blocks × 2: of the returns, and of their squares

    std::size_t rows() const { return scenarios.size(); }
};

// The bit pattern that a value has in rows: one NaN, no negative zero.
inline double canonical(double value) {
    // Spelt as bits: numeric_limits::quiet_NaN() is the compiler's choice, and hashes outlive compilers.
    if (value != value) return std::bit_cast<double>(std::uint64_t{0x7ff8000000000000});
    return value + 0.0; // which is 0 for -0
}

} // namespace threadx
