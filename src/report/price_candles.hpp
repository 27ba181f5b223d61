// The bars of a run as candles: the whole series at a coarseness that a page can hold, single bars around
// trades.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "device/cpu/recorded_simulation.hpp"
#include "market/bars.hpp"

namespace threadx {

constexpr std::size_t most_candles =
    50'000; // of a page; with more bars than that, 20,000 and the rest for details

// How many bars a candle of the whole series stands for: 1 if all bars can be shown.
std::size_t bars_per_candle(std::size_t bars);

// The bars around the entries and exits of trades that are shown one by one although the whole series is not:
// [first, last) each, ascending, apart. The trades with the largest gains and losses of each scenario come
// first, until there is no more room.
std::vector<std::pair<std::size_t, std::size_t>> detailed_bars(std::span<const std::vector<Trade>> scenarios,
                                                               std::size_t bars);

// For the page. `scenarios`: the trades of each.
std::string candles_json(const Bars& bars, std::span<const std::vector<Trade>> scenarios);

} // namespace threadx
