// Backtests of chosen scenarios over the windows that they are tested on.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/metrics.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

struct TestRun {
    BarRange bars;
    Statistics statistics;
    std::vector<double> equity; // at each close, from the capital on
};

// In float64, by the recorded simulation, whatever the rows were computed by.
class TestRuns {
  public:
    explicit TestRuns(const PreparedSweep& sweep);

    // Of a scenario; of none: an account that does nothing.
    TestRun run(std::optional<std::uint64_t> scenario, BarRange bars);

  private:
    const PreparedSweep& sweep_;
    CpuSimulator simulator_;
    CpuSimulator::Worker worker_;
};

struct StitchedCurve {
    std::vector<std::size_t> bars; // of each point; no points unless they are kept
    std::vector<double> equity;
    std::vector<double> metrics; // of all of metrics(). Those of money per trade are as if each window had
                                 // begun with the capital
    MetricContext context;
};

// Puts test windows, which are added in ascending order, one after the other: each begins with the equity of
// the one before. Between two windows the equity does not move: the first bar of a window has a return of 0,
// and what a position that was open at a window's end is worth there is what the account has. After ruin it
// has nothing.
class Stitcher {
  public:
    Stitcher(const PreparedSweep& sweep, bool keep_points) : sweep_(sweep), keep_points_(keep_points) {}

    void add(const TestRun& run);
    StitchedCurve finish() const; // there is a window

  private:
    void add_point(std::size_t bar, double equity);

    const PreparedSweep& sweep_;
    bool keep_points_;
    StitchedCurve curve_;
    std::vector<Statistics> statistics_;
    std::vector<BarRange> windows_;
    double level_ = 1.0; // at the end of the last window, of 1 at the beginning
    std::size_t points_ = 0;
    double last_ = 0.0; // equity
    double peak_ = 0.0;
    double below_ = 0.0;   // bars since the peak
    Statistics drawdowns_; // those members alone
};

} // namespace threadx
