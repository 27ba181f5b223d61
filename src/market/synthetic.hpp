// Made-up bars that behave as real ones do: for tests, benchmarks and trying things out.
#pragma once

#include <cstdint>

#include "market/bars.hpp"

namespace threadx {

struct SyntheticSettings {
    long long bars = 50'000;
    std::int64_t period_ns = 60'000'000'000;
    double start_price = 100.0;     // open of the first bar
    double annual_volatility = 0.6; // standard deviation of a year's log return, the year having 365.25 days
    std::uint64_t seed = 42;
    std::int64_t start_time = 1'640'995'200'000'000'000; // 2022-01-01
    double tick = 0.01;                                  // prices are multiples of it
    double annual_drift = 0.0;                           // mean of a year's log return
};

// Bars with clustered volatility (GARCH(1,1)), fat tails (Student's t), small gaps between bars, and volumes
// that rise with volatility. Open, high, low and close are those of a path of several steps through the bar.
// A bar depends on the settings and on its place alone, not on how many are made, and has the same bits on
// every machine. Where the price would leave the range from one tick to 2^52 ticks, it stays at the bound.
// InputError if a setting is out of range.
Bars synthesize(const SyntheticSettings& settings);

} // namespace threadx
