// What was measured of this machine's devices, as the library keeps it while it runs.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "device/device_properties.hpp"
#include "placement/profile_file.hpp"
#include "placement/profiles.hpp"

namespace threadx {

using LogLine = std::function<void(std::string_view line)>;

// Columns of the rule language; an item is a value of one of the plan's. Of the processor `driver` names the
// instruction set (cpu_driver).
WorkKey column_key(const DeviceProperties& device, const std::string& tag);

// Work of the user's own: its kernels are not ours.
WorkKey user_key(const DeviceProperties& device, const std::string& tag);

// Any thread.
class MeasuredRates {
  public:
    // Reads what is known; an empty folder: nothing is, and nothing is kept.
    MeasuredRates(const std::filesystem::path& folder, LogLine log);
    ~MeasuredRates(); // flushes; what cannot be written is a line in the log

    std::optional<WorkCost> cost(const WorkKey& work) const;
    std::optional<WorkCost> cost_or_like(const WorkKey& work) const;
    // Items of the largest batches that were measured of just this work; 0: none was.
    double largest(const WorkKey& work) const;
    // The least that any device of this machine was seen to take to start; nothing if none was.
    std::optional<double> least_start_seconds() const;

    // Remembered at once, written down after a number of them and by flush().
    void add(Observation observation);
    void flush(); // IoError

  private:
    void write(); // under the lock

    ProfileFile file_;
    LogLine log_;
    mutable std::mutex mutex_;
    Profiles profiles_;
    std::vector<Observation> unwritten_;
};

} // namespace threadx
