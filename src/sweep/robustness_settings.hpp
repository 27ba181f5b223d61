// What a test of robustness tries: the [robustness] section of the settings.
#pragma once

#include <vector>

#include "base/fields.hpp"

namespace threadx {

struct RobustnessSettings {
    std::vector<double> confidence_levels = {0.95, 0.99};
    double ruin = 0.5;                                    // drawdown that counts as ruin, a fraction
    double block_bars = 0.0;                              // mean length of a block of returns; 0: chosen
    double price_noise = 0.1;                             // deviation, in deviations of the bars' log returns
    double neighbourhood = 0.1;                           // half its width, as a part of each parameter
    long long entry_delays = 3;                           // bars, at most
    std::vector<double> cost_multiples = {1.5, 2.0, 3.0}; // of the fee, and of the slippage
    double most_bars = 1e11;                              // of a test's backtests; 0: no limit
};

const std::vector<Field<RobustnessSettings>>& robustness_fields();

} // namespace threadx
