// The best scenarios of a run in full: their equity, trades and monthly returns.
#pragma once

#include <string>
#include <vector>

#include "device/cpu/recorded_simulation.hpp"
#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

struct ChosenScenario {
    Row row;
    Recording recording;
};

// Backtests the scenarios of the rows again. Those that cannot be run are left out. IoError naming the first
// whose metrics are not those of its row, in a run of float64: its program or data was another.
std::vector<ChosenScenario> record_scenarios(const PreparedSweep& sweep, const std::vector<Row>& rows);

// For the page: curves, trades and months of each, and what holding would have given.
std::string scenarios_json(const PreparedSweep& sweep, const std::vector<ChosenScenario>& scenarios);

} // namespace threadx
