// Which scenario each fold of a walk-forward chooses in its training.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

struct Choice {
    std::uint64_t scenario = 0;
    double score = 0.0; // the metric, or with choose = "plateau" its median over the neighbourhood
};

// By fold, from rows that are complete; nothing where no scenario can be chosen. One can be that is neither
// invalid nor ruined, has the metric, and at least min_trades trades. Of equal ones the lowest id.
//
// "best": the best value of the metric, in the direction that is better for it.
// "plateau": the best median of the metric over the scenario and its neighbours (neighbours.hpp) that could
// be chosen too, of scenarios for which at least half of the neighbours could. A peak among bad neighbours is
// luck more often than a plateau is; and the median does not ask how high a peak is.
std::vector<std::optional<Choice>> choose_scenarios(const PreparedSweep& sweep, const RunStore& rows);

} // namespace threadx
