// One small sweep whose result is known: run on each accelerator before it is used.
#pragma once

#include <string>
#include <string_view>

#include "device/execution.hpp"
#include "device/scenario_batch.hpp"
#include "market/bars.hpp"
#include "rules/plan.hpp"
#include "rules/strategy.hpp"

namespace threadx {

// Every kind of rule, order and exit, in 60 scenarios over 700 made-up bars, and over a window of them. Not
// movable: the plan refers to the strategy.
struct KnownSweep {
    KnownSweep();
    KnownSweep(const KnownSweep&) = delete;
    KnownSweep& operator=(const KnownSweep&) = delete;

    Strategy strategy;
    Bars bars;
    Execution execution;
    Plan plan;
    ScenarioBatch batch;
    SimulationScope scope;
};

// SHA-256 of the bits of statistics and of sums over blocks, NaN being one, and of which scenarios are valid.
std::string hash_of(const BatchResult& result);

// The hash of the known sweep's result.
std::string_view known_hash(Precision precision);

} // namespace threadx
