// What a walk-forward leaves in its directory.
#pragma once

#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"
#include "walkforward/walkforward_result.hpp"

namespace threadx {

// What the rows, which are complete, say; written to walkforward.json, and the chained equity of its tests to
// walkforward_equity.csv. IoError.
WalkforwardResult write_walkforward(const RunStore& store, const PreparedSweep& sweep);

} // namespace threadx
