// Which device computes a column: the one that is predicted to be done first. Plain logic; no device is
// asked.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "placement/work_cost.hpp"

namespace threadx {

struct ColumnCandidate {
    DeviceModel model;    // items are values of columns; start_seconds 0 once it is open
    double largest = 0.0; // items up to which this very work was measured; 0: it never was
};

struct ColumnChoice {
    std::size_t candidate = 0;
    bool trial = false; // to see how fast it is
    std::string reason;
    std::vector<std::string> predictions; // by candidate
};

// The first candidate is the processor, unless there is just one. A device of which little is known is tried
// where the work is long enough for it to matter, and not where it is known to be far slower.
ColumnChoice choose_for_column(std::span<const ColumnCandidate> candidates, double items);

// Whether GPUs are to be looked for, and started: once as much time went into what one might have done as
// that takes, so that never more than twice the time is lost, whatever comes.
struct WorthLooking {
    bool look = false;
    std::string reason; // why not
};
WorthLooking worth_looking(double processor_seconds, double seconds_before, double start_seconds);

// What starting a GPU is taken to take on a machine where none was ever seen to start.
constexpr double unknown_start_seconds = 0.3;

// "0.31 ms", "2.5 s"
std::string duration_text(double seconds);

} // namespace threadx
