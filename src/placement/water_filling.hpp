// When work that can be cut anywhere is done, if all who work on it end at the same moment.
#pragma once

#include <vector>

namespace threadx {

// Who takes part: from `ready` on, `item_seconds` an item, but never for less than `least_items`.
struct Contributor {
    double ready = 0.0;
    double item_seconds = 0.0; // positive
    double least_items = 0.0;

    // Before this moment it has done nothing.
    double first_result() const { return ready + item_seconds * least_items; }
    // What it has done at most, by then.
    double done_by(double time) const { return time < first_result() ? 0.0 : (time - ready) / item_seconds; }
};

// The smallest T ≥ 0 with Σ done_by(T) ≥ items; infinite without workers, where there are items. `workers`
// are sorted on the way.
double time_to_finish(std::vector<Contributor>& workers, double items);

} // namespace threadx
