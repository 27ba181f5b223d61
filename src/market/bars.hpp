// Price bars: the input of every backtest.
#pragma once

#include <cstddef>
#include <cstdint>

#include "market/bar_values.hpp"

namespace threadx {

// OHLCV bars as a structure of arrays, oldest first. All arrays have the same length, except that `time` is
// empty where the source has no timestamps. Prices are finite and positive, low ≤ open, close ≤ high, times
// strictly increase.
struct Bars {
    BarValues<std::int64_t> time; // start of the bar, nanoseconds since 1970-01-01 UTC
    BarValues<double> open;
    BarValues<double> high;
    BarValues<double> low;
    BarValues<double> close;
    BarValues<double> volume; // NaN where the source has none

    std::size_t size() const { return close.size(); }
    bool has_time() const { return !time.empty(); }
};

} // namespace threadx
