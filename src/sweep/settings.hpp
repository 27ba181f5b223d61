// Settings of the machine and its user (who and where; never what is computed).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "device/device_choice.hpp"
#include "device/device_driver.hpp"
#include "sweep/robustness_settings.hpp"

namespace threadx {

struct PathSettings {
    std::string data; // searched for data files that are not beside the sweep's file
    std::string runs = "runs";
    std::string profiles = "auto";
    std::string logs;
    std::string kernel_cache = "auto";
};

struct GpuSettings {
    bool enabled = true;
    bool multi_gpu_enabled = true;
    std::vector<std::string> devices;
    std::string balance = "auto";
    std::string memory_budget = "80%";
    long long workers = 0;

    std::uint64_t memory_bytes(std::uint64_t free_bytes) const; // what a run may take of a GPU
    std::string nvrtc;
};

struct PerformanceSettings {
    long long max_workers = 0;
    long long batch_size = 0;
    std::string memory_budget = "1GiB";
    std::string instruction_set = "auto";
};

struct LoggingSettings {
    std::string level = "info";
    bool watch = true;
};

struct Settings {
    std::string source; // the file they were read from, or "defaults"
    PathSettings paths;
    GpuSettings gpu;
    PerformanceSettings performance;
    LoggingSettings logging;
    RobustnessSettings robustness;
    std::vector<SettingInForce> in_force = {}; // all of them, and who gave each

    std::size_t workers() const;               // max_workers, or the machine's threads
    std::uint64_t memory_budget_bytes() const; // of shared columns
    DriverSettings drivers() const;
    std::filesystem::path profiles_folder() const;                // for a ProfileFile; empty: none are kept
    DeviceRequest device_request(const std::string& names) const; // `names`: of --devices
};

// Reads `file`, else ./config/paths.toml, else the user's threadx/paths.toml ($XDG_CONFIG_HOME or ~/.config),
// else nothing, and overrides [optimization.performance] and the rest by "section.key=value". InputError on
// unknown keys or bad values.
Settings load_settings(const std::optional<std::filesystem::path>& file,
                       const std::vector<std::string>& overrides);

// Those of a machine where nobody has said anything.
Settings default_settings();

// Where settings are looked for if no file is named, the first that is there being the one.
std::vector<std::filesystem::path> settings_places();

// All settings with their values, as a TOML file with comments.
std::string describe_settings(const Settings& settings);

} // namespace threadx
