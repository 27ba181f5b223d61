// Samples a machine in the background: a thread that reads processor, memory and GPUs at an interval, and
// keeps the last readings.
//
//     SystemMonitor monitor({.interval = 0.5, .max_history = 120});
//     monitor.start();
//     ...                                     // whatever is to be watched
//     monitor.stop();
//     for (const ColumnSummary& s : monitor.summary()) std::printf("%s %.1f %.1f\n", s.name.c_str(), s.mean,
//     s.max);
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "monitor/history.hpp"
#include "monitor/system_reader.hpp"

namespace threadx {

struct SystemMonitorOptions {
    double interval = 0.5;         // seconds between the beginnings of two samples
    std::size_t max_history = 120; // snapshots that are kept; older ones are forgotten
    bool gpus = true;
    std::string nvml = nvml_library(); // of the GPUs: file name or path
    SystemFiles files = {};            // of the processor
};

// What a sample costs, of those since the start.
struct SamplingCost {
    std::size_t samples = 0;
    double mean_seconds = 0.0;
    double max_seconds = 0.0;
};

// Any thread may call anything.
class SystemMonitor {
  public:
    static constexpr double least_interval = 0.1; // seconds: NVML's own numbers are no newer than that
    static constexpr std::size_t most_history = 1'000'000;

    // Opens NVML, which may take a tenth of a second. InputError if the interval is below the least one or no
    // number, or no snapshot is to be kept, or more than the most.
    explicit SystemMonitor(SystemMonitorOptions options = {});
    ~SystemMonitor(); // stops
    SystemMonitor(const SystemMonitor&) = delete;
    SystemMonitor& operator=(const SystemMonitor&) = delete;

    // The first snapshot is taken before it returns; its load is that since the monitor was made, if that was
    // a tenth of a second ago or more. Nothing if it runs already. What was kept stays.
    void start();
    // At once, but for a reading under way; the last one is taken before it returns. Nothing if it does not
    // run.
    void stop();
    bool running() const;

    const std::vector<GpuIdentity>& gpus() const { return reader_.gpus(); }
    const std::string& no_gpus() const { return reader_.no_gpus(); } // why there are none; empty: there are
    const std::string& driver_version() const { return reader_.driver_version(); }

    std::optional<SystemSnapshot> latest() const;  // nothing before start()
    std::vector<SystemSnapshot> snapshots() const; // oldest first
    std::vector<HistoryColumn> history() const;    // the same as columns
    std::vector<ColumnSummary> summary() const;    // mean and greatest of each column
    SamplingCost cost() const;

  private:
    void sample();
    void run();

    SystemMonitorOptions options_;
    SystemReader reader_; // its snapshots are read under reading_ alone
    std::mutex control_;  // of starting and stopping
    std::thread thread_;
    std::mutex reading_;
    mutable std::mutex mutex_; // of the members below
    std::condition_variable wake_;
    bool stopping_ = false;
    bool running_ = false;
    std::deque<SystemSnapshot> kept_;
    SamplingCost cost_;
};

} // namespace threadx
