// How much of a scenario's result is left when its trades come in another order, its bars are a little other,
// its entries come later, it pays more, or its parameters are a little off.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/outcomes.hpp"
#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/run_devices.hpp"

namespace threadx {

struct RobustnessOptions {
    std::size_t simulations = 10'000; // of each test and scenario; fewer where that is over most_bars
    std::uint64_t seed = 42;
    DeviceWishes devices;
    const std::atomic<bool>* stop = nullptr;
    std::function<void(const std::string&)> on_step; // what is being done
};

// Many simulations at random.
struct RobustnessTest {
    std::string name; // trade_shuffle, trade_bootstrap, return_bootstrap, price_noise, neighbours
    OutcomeSummary summary;
};

// One backtest in worse conditions.
struct StressCase {
    std::string name;               // entry_delay, fee, slippage
    double value = 0.0;             // bars; the fee or slippage itself
    std::optional<Outcome> outcome; // nothing: it could not be run
};

struct ScenarioRobustness {
    Row row;
    Outcome as_run;
    std::size_t trades = 0;
    std::vector<RobustnessTest> tests;
    std::vector<StressCase> stresses;
};

struct RobustnessResult {
    std::vector<ScenarioRobustness> scenarios;
    // Of all tests together, by the id of the device that did them; what is done from a recorded backtest
    // (trades and returns) is the processor's, and not among them.
    std::map<std::string, std::uint64_t> backtests; // of neighbours and in worse conditions
    std::map<std::string, std::uint64_t> bar_sets;  // of price noise, each of all scenarios
    std::vector<std::string> notes;                 // what is not as it was asked for, and why
};

// Tests the scenarios of the rows, which are valid ones of the sweep. Nothing if it was stopped. The same
// bits for any number of threads and on any devices.
//
// Tests on trades and returns are recorded in float64, whatever the sweep's precision. Each test makes as
// many simulations as keep within settings.robustness.most_bars, for all scenarios together; the summaries
// say how many, and a note says why.
std::optional<RobustnessResult> test_robustness(const PreparedSweep& sweep, const std::vector<Row>& rows,
                                                const Settings& settings, const RobustnessOptions& options);

} // namespace threadx
