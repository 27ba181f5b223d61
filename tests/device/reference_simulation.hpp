// The simulation as SEMANTICS sections 1 to 4 tell it, bar by bar and without haste: what the kernel text is
// compared with.
#pragma once

#include <vector>

#include "device/cpu/recorded_simulation.hpp"
#include "device/execution.hpp"
#include "market/bars.hpp"
#include "rules/strategy.hpp"

namespace threadx::test {

struct ReferenceInputs {
    std::array<std::vector<bool>, 4> signals; // by Signal
    std::vector<double> stop_distance;        // empty: none
    std::vector<double> target_distance;
    double size = 1.0;
    double max_hold = 0.0; // 0: none
    double spacing = 0.0;
};

struct ReferenceResult {
    std::vector<Trade> trades;
    std::vector<double> equity;
    int rejected = 0;
    int held_bars = 0;
    double fees = 0.0;
    double open_units = 0.0; // signed
    bool ruined = false;
};

ReferenceResult simulate_by_the_book(const Strategy& strategy, const Bars& bars, const Execution& execution,
                                     const ReferenceInputs& inputs);

} // namespace threadx::test
