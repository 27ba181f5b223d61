// A device's cost, as the batches of a run show it.
#pragma once

#include <cstddef>

#include "placement/work_cost.hpp"

namespace threadx {

// Begins with what was known before, and follows fast: what a run learns holds for this run alone. (What is
// kept for later runs is RateEstimate's, which is in no hurry.) A batch that is off by more than ×1.5 counts
// only if the next one is too; but the first ones of a run say more than what was known before.
class LearnedCost {
  public:
    explicit LearnedCost(WorkCost prior);

    // A batch of so many items, and how long the whole device, alone, takes for it. What is not positive and
    // finite is ignored.
    void update(double items, double seconds);

    // Something else says that an item takes between `least` and `most`, and most likely `likely`: what is
    // known is corrected where it contradicts that, to the limit if it is not far beyond it.
    void correct(double least, double likely, double most);

    // A batch whose time says no more than that it takes the whole device, alone, between `least` and `most`
    // seconds: corrected as above.
    void bound(double items, double least, double likely, double most);

    // Before the first batch: what was known to take so long took `seconds`. Whoever is several times faster
    // or slower than was known is so in both parts rather than in one.
    void refute(double known, double seconds);

    // Something else says what an item takes, or how many times what was known of it.
    void believe(double item_seconds);
    void scale_item(double times) { cost_.item_seconds *= times; }

    const WorkCost& cost() const { return cost_; }
    std::size_t batches() const { return batches_; } // that were measured

  private:
    void fit_batch_seconds(double items, double seconds);

    bool blind_; // nothing was known of an item
    WorkCost cost_;
    double prior_batch_seconds_ = 0.0;
    double prior_deviation_ = 0.0; // of that, in seconds
    std::size_t batches_ = 0;
    double suspect_ = 0.0; // item seconds of the last batch, if it was off; otherwise 0
    // Σ over batches, each by 1/seconds², the older the less: of 1, items, items², seconds, items · seconds.
    double weights_ = 0.0, items_ = 0.0, squares_ = 0.0, seconds_ = 0.0, products_ = 0.0;
};

} // namespace threadx
