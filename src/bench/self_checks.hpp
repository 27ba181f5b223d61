// What `threadx selftest` checks: each check is a function in one list.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/started_devices.hpp"

namespace threadx {

// `absent`: there is nothing here to check it on. That is no success.
enum class CheckOutcome : std::uint8_t { passed, failed, absent };

struct CheckResult {
    CheckOutcome outcome = CheckOutcome::passed;
    std::vector<std::string> details; // what was seen, or what is wrong, for people
};

// What the checks run on: small sweeps, the devices, and how they compare. Made once for all checks.
class SelfCheckBench {
  public:
    // `folder`: for the sweeps' files. The settings and devices must outlive it.
    SelfCheckBench(const Settings& settings, const OpenedDevices& opened, std::filesystem::path folder,
                   const std::atomic<bool>* stop);

    const Settings& settings() const { return settings_; }
    const std::filesystem::path& folder() const { return folder_; }
    const OpenedDevices& opened() const { return opened_; }
    bool interrupted() const { return stop_ != nullptr && stop_->load(); }

    // One small sweep in a precision, with its devices; rows of all runs of it are the same.
    struct Field {
        std::unique_ptr<PreparedSweep> sweep;
        std::unique_ptr<StartedDevices> started;
        std::string hash; // of its rows, by one worker of the CPU
        IdRange range() const { return sweep->range(); }
        double bar_scenarios() const;
    };
    // Where the device can compute: float64, or float32 where it has no other.
    Field& field(const DeviceProperties& device) { return field(device.float64); }
    Field& field(bool float64);

    RunOptions options(std::size_t workers) const; // of a run on the CPU alone
    std::size_t several_workers() const;           // as many as sweeps use, and two at least

  private:
    const Settings& settings_;
    std::filesystem::path folder_;
    const std::atomic<bool>* stop_;
    const OpenedDevices& opened_;
    std::optional<Field> fields_[2];
};

struct SelfCheck {
    const char* name = nullptr;
    CheckResult (*run)(SelfCheckBench& bench) = nullptr;
    bool compares = true; // results with what they should be; otherwise it measures
};

std::span<const SelfCheck> self_checks();

// run(), where an error is a failure with its text.
CheckResult run_check(const SelfCheck& check, SelfCheckBench& bench);

// What is wrong with numbers that should be drawn evenly from [low, high]; empty if nothing is. By their
// Kolmogorov-Smirnov distance, which even numbers exceed once in a thousand times.
std::string unevenness(std::vector<double> values, double low, double high);

// In sampling_check.cpp.
CheckResult check_sampling(SelfCheckBench& bench);

} // namespace threadx
