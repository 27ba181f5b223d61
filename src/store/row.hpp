// The rows of a run: one per scenario.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace threadx {

// What became of a scenario. `invalid`: it could not be run (a window length below 1, say); its metrics are
// NaN.
enum class RowStatus : std::uint8_t { ok = 0, ruined = 1, invalid = 2 };

std::string_view status_name(RowStatus status); // "ok", "ruined", "invalid"

// The names of a row's columns, in order: parameters, then metrics.
struct RowSchema {
    std::vector<std::string> parameters;
    std::vector<std::string> metrics;

    std::size_t width() const { return parameters.size() + metrics.size(); }
};

// Scenario ids first … last-1.
struct IdRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    std::uint64_t size() const { return last - first; }
    bool operator==(const IdRange&) const = default;
};

// The rows of a contiguous range of ids, ascending. Ids of the range without a row are points that the
// constraints exclude. NaN stands for "undefined"; every NaN has the same bits and zero is never negative
// (`canonical`).
struct RowBlock {
    IdRange range;
    std::vector<std::uint64_t> scenarios; // rows
    std::vector<RowStatus> statuses;      // rows
    std::vector<double> values;           // rows × width, row after row: parameters, then metrics

    std::size_t rows() const { return scenarios.size(); }
};

// The bit pattern that a value has in rows: one NaN, no negative zero.
double canonical(double value);

} // namespace threadx
