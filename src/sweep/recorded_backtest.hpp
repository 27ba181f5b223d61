// One backtest in full, whatever sweep it comes from.
#pragma once

#include <optional>
#include <span>

#include "device/cpu/recorded_simulation.hpp"
#include "device/execution.hpp"
#include "market/bars.hpp"
#include "rules/strategy.hpp"

namespace threadx {

// The trades, the equity curve and the statistics of a strategy with these parameters, in float64: the same
// bits as in a sweep. Nothing if they cannot be run: a window length is below 1 or not whole.
std::optional<Recording> record_backtest(const Strategy& strategy, std::span<const double> parameters,
                                         const Bars& bars, const Execution& execution);

} // namespace threadx
