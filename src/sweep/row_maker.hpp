// Rows from what a device delivers.
#pragma once

#include "sweep/prepared_sweep.hpp"

namespace threadx {

// The rows of a `range` of scenarios, in a walk-forward several of each (PreparedSweep::walkforward); its
// scenarios are those of `scenarios` from `first` to `last`.
RowBlock make_rows(const PreparedSweep& sweep, IdRange range, const PreparedSweep::Scenarios& scenarios,
                   const BatchResult& result, std::size_t first, std::size_t last);

} // namespace threadx
