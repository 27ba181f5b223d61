// Several backtests of one scenario, over windows of bars, as if they were one.
#pragma once

#include <span>

#include "device/statistics.hpp"

namespace threadx {

// The statistics of windows one after the other, each with the returns and trades that it had: sums are
// added, extremes compared, final equities multiplied as fractions of the capital. Drawdowns are those within
// windows. One window is returned as it is. The metrics' context is then that of the windows' bars together:
// one more than there are returns.
Statistics join_statistics(std::span<const Statistics> windows, double capital);

} // namespace threadx
