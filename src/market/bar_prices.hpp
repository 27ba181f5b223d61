// What bars must be, wherever they come from.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace threadx {

// How far an open or close may lie outside low … high and still count as rounded, relative to the bound. Such
// a value is moved to the bound (high and low stay as they are) and a warning says how many were; what is
// farther is an error.
inline constexpr double ohlc_rounding = 1e-9;

struct BarPrices {
    double open = 0.0;
    double high = 0.0;
    double low = 0.0;
    double close = 0.0;
    double volume = std::numeric_limits<double>::quiet_NaN(); // unknown
};

// Quick, and true of nearly all. NaN fails every comparison.
inline bool are_sound(const BarPrices& bar) {
    return bar.low > 0.0 && bar.high <= std::numeric_limits<double>::max() && bar.open >= bar.low &&
           bar.open <= bar.high && bar.close >= bar.low && bar.close <= bar.high &&
           (bar.volume >= 0.0 || std::isnan(bar.volume)) && !std::isinf(bar.volume);
}

// What became of those that are not.
struct SettledPrices {
    std::string problem; // what is wrong, and what to do; empty: nothing
    bool moved = false;  // an open or close that a rounding had put outside low … high
};

// Moves an open or close within `ohlc_rounding` of low … high onto the bound. `place`: what messages call
// where it stands, "row".
SettledPrices settle_prices(BarPrices& bar, std::string_view place);

struct MovedBars {
    std::size_t count = 0;
    std::string first; // where it is, for people
};

// Gaps in time, and bars that were moved: a warning each, about bars that are called `name`.
std::vector<std::string> bar_warnings(const std::string& name, std::span<const std::int64_t> time,
                                      std::int64_t period_ns, const MovedBars& moved);

} // namespace threadx
