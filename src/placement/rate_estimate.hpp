// What one item costs, from many measurements of which some are off.
#pragma once

#include <cstdint>
#include <vector>

namespace threadx {

// A weighted moving average of logarithms, so that twice as slow and twice as fast weigh the same. A
// measurement beyond ×1.5 is rejected; three in a row on the same side mean that the machine changed, and
// the estimate becomes their median.
class RateEstimate {
  public:
    enum class Outcome : std::uint8_t { accepted, rejected, reset };

    // The state, for files.
    struct State {
        double seconds = 0.0;         // of an item; 0 = not known
        double log_variance = 0.0;    // weighted, of ln(measured / average)
        std::uint64_t count = 0;      // accepted
        std::vector<double> outliers; // the last ones, all on one side: at most two
    };

    RateEstimate() = default;
    // False state (not finite, negative, outliers on both sides...) makes an estimate that knows nothing.
    explicit RateEstimate(State state);

    Outcome update(double item_seconds); // not finite or not positive: rejected, and forgotten
    bool known() const { return state_.count > 0; }
    double item_seconds() const { return state_.seconds; }
    double spread() const; // standard deviation, relative: 0.05 is 5 %
    const State& state() const { return state_; }

  private:
    void accept(double item_seconds);
    void reset();

    State state_;
};

} // namespace threadx
