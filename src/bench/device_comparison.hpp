// Workloads on several devices beside each other: what each gains, and whether the program chooses well.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/measurement.hpp"

namespace threadx {

// One workload in one precision. The CPU is the fastest of its ways.
struct DeviceComparison {
    const Measurement* cpu = nullptr;             // may be null, as the last one
    std::vector<const Measurement*> accelerators; // in the order they were asked for
    const Measurement* automatic = nullptr;

    const Measurement* best_single() const; // the fastest of the CPU and the accelerators; null if none is
    // How many times longer what the program chooses takes than the best device alone, and than the CPU
    // alone; 0 = not known.
    double automatic_over_best() const;
    double automatic_over_cpu() const;
};

std::vector<DeviceComparison> comparisons_of(std::span<const Measurement> measurements);

// Bars, scenarios, the CPU's seconds, each device's and how many times faster it is; empty where only the CPU
// was measured.
std::string comparison_table(std::span<const Measurement> measurements);

} // namespace threadx
