// When work that can be cut anywhere is done, if all who work on it end at the same moment.
#pragma once

#include <vector>

#include "placement/work_cost.hpp"

namespace threadx {

// Who takes part: from `ready` on, `item_seconds` an item, but never for less than `least_items`; and what
// the items need that is done once.
struct Contributor {
    double ready = 0.0;
    double item_seconds = 0.0; // positive
    double least_items = 0.0;
    std::vector<OnceWork> once = {};

    // Before this moment it has done nothing.
    double first_result() const { return end_of(0.0); }
    // When it is done with so many items.
    double end_of(double items) const;
    // What it has done at most, by then.
    double done_by(double time) const;
};

// The smallest T ≥ 0 with Σ done_by(T) ≥ items; infinite without workers, where there are items. `workers`
// are sorted on the way.
double time_to_finish(std::vector<Contributor>& workers, double items);

} // namespace threadx
