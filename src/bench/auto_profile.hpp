// What every device takes for indicators and sweeps over more and more bars, kept in the profiles; and what
// the profiles then choose.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/started_devices.hpp"

namespace threadx {

struct AutoProfileSetup {
    const Settings& settings;
    const OpenedDevices& opened;
    std::filesystem::path folder;     // for what is written on the way
    std::vector<std::uint64_t> sizes; // bars
    int runs = 5;
    const std::atomic<bool>* stop = nullptr;
};

// Of one device.
struct ProfiledTime {
    DeviceProperties device;
    std::vector<double> seconds_of_runs;
    std::optional<double> predicted; // by the profile, after it was measured

    double seconds() const; // median
    double spread() const;  // largest distance from the median, relative
};

// One kind of work over so many bars.
struct ProfiledWork {
    std::string work; // "bollinger_bands", "atr", "sweep"
    std::uint64_t bars = 0;
    double items = 0.0; // values of columns, bars of scenarios
    std::vector<ProfiledTime> times;
    // What the profiles choose now: a device, or of a sweep several together.
    std::string chosen;
    double chosen_predicted = 0.0;
    double chosen_seconds = 0.0; // median

    const ProfiledTime& fastest() const; // device alone, as measured
};

struct AutoProfile {
    std::vector<ProfiledWork> works; // by size, then by work
    std::filesystem::path file;      // that the profiles are in now; empty: they are not kept
};

// Nothing if interrupted. DeviceError if a device fails, or computes other values than the first.
std::optional<AutoProfile> measure_auto_profile(const AutoProfileSetup& setup);

std::string auto_profile_table(const AutoProfile& profile);
std::string auto_profile_json(const AutoProfile& profile);

} // namespace threadx
