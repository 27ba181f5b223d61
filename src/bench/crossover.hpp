// From how much work on a device is faster than the CPU: a ladder of bars × scenarios.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/started_devices.hpp"

namespace threadx {

struct CrossoverSetup {
    const Settings& settings;
    const OpenedDevices& opened;
    std::filesystem::path folder;
    double open_seconds = 0.0; // that it took to open the drivers
    std::vector<std::uint64_t> bars;
    std::vector<std::uint64_t> scenarios;
    int runs = 3;
    const std::atomic<bool>* stop = nullptr;
};

// Of one device at one rung of the ladder; medians.
struct DeviceTime {
    DeviceProperties device;
    double start_seconds = 0.0; // opened, self-test passed, bars uploaded; 0 of the CPU
    double seconds = 0.0;       // of the sweep after that
};

struct Rung {
    std::uint64_t bars = 0;
    std::uint64_t scenarios = 0;
    std::vector<DeviceTime> times; // the CPU first, with all workers
    double bar_scenarios() const { return static_cast<double>(bars) * static_cast<double>(scenarios); }
};

struct Crossover {
    std::vector<Rung> rungs;
    double open_seconds = 0.0;
    int runs = 0;

    // The least bar-scenarios from which on a device is as fast as the CPU at every rung; with its start and
    // the opening of its driver, or without. Nothing if it is at none.
    std::optional<double> from(std::size_t device, bool with_start) const;
};

// Nothing if interrupted. DeviceError if a device cannot be used.
std::optional<Crossover> measure_crossover(const CrossoverSetup& setup);

std::string crossover_table(const Crossover& crossover);
std::string crossover_json(const Crossover& crossover);

} // namespace threadx
