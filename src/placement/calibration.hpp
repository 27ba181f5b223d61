// Measures a device at a kind of work before it is known from real runs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "placement/profiles.hpp"

namespace threadx {

struct CalibrationOptions {
    std::uint64_t sample_size = 100'000; // items of a run at least
    int warmup = 3;
    int runs = 5;
    double least_seconds = 0.01;  // a run of fewer is repeated with more items
    double largest_spread = 0.05; // deviation / mean; more: the runs are repeated,
    int attempts = 3;             // so many times in all
};

struct Calibration {
    std::uint64_t samples = 0; // items of a run
    std::vector<double> seconds_of_runs;
    double seconds = 0.0;      // median
    double mean = 0.0;         // as the log shows it, with
    double deviation = 0.0;    // the standard deviation of the runs
    double memory_bytes = 0.0; // of the device that a run took; 0 = not known
    bool steady = true;        // false: deviation / mean stayed above the largest spread
    double rate() const { return static_cast<double>(samples) / seconds; }
    // Samples a second and MiB of the device's memory; 0 = not known.
    double memory_efficiency() const;
};

// `work(items)` does so many items on the device, and waits for them; what it throws goes through. Where the
// runs are not steady, the steadiest of the attempts counts. `now`: seconds of a clock (tests have one of
// their own).
Calibration calibrate(const std::function<void(std::uint64_t items)>& work, const CalibrationOptions& options,
                      const std::function<double()>& now);

// The same as an estimate for a profile: the median, its runs being the measurements.
RateEstimate estimate_of(const Calibration& calibration);

// The log's lines:
//   "profiling auto-balance: 100,000 samples, 3 warm-ups + 5 runs"
//   "device cuda:0: 5,204,122 samples/s (mean 0.019 s ± 0.010 s), memory efficiency 520412"
// the efficiency where it is known, and a word where the runs were not steady.
std::string calibration_begins(const CalibrationOptions& options);
std::string calibration_line(const std::string& device, const Calibration& calibration);

} // namespace threadx
