// walkforward.json, beside a walk-forward's rows: what was chosen in each fold, and what became of it.
#pragma once

#include <string>

#include "walkforward/walkforward_result.hpp"

namespace threadx {

// The metrics of a fold or curve are an object by name; what is undefined is null. Bars are first … end-1,
// times those of the first bar and of the last one. `equity` of a long curve is every n-th point, and the
// last one.
std::string walkforward_json(const PreparedSweep& sweep, const WalkforwardResult& result);

// The equity curve in full, as CSV: bar, time (empty if the bars have none), fold, equity.
std::string walkforward_equity_csv(const PreparedSweep& sweep, const WalkforwardResult& result);

} // namespace threadx
