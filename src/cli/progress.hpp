// Progress on stderr: one line that is redrawn on a terminal, a line every few seconds elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "monitor/run_watch.hpp"
#include "sweep/runner.hpp"

namespace threadx {

class ProgressDisplay {
  public:
    // `bars`: of each scenario, for the rate.
    explicit ProgressDisplay(std::size_t bars);
    ~ProgressDisplay(); // leaves the line complete

    void show(const RunProgress& progress, const RunWatch& watch);

  private:
    std::string line(const RunProgress& progress, const RunWatch& watch) const;

    std::size_t bars_;
    bool terminal_;
    bool drawn_ = false;
    double last_ = -1e9;
};

// 0.42 s, 3 min 20 s, 2 h 05 min.
std::string duration_words(double seconds);

} // namespace threadx
