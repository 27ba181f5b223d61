// Watches the machine during a run: what each device does, how hot it gets, what it needs, and what was
// wrong. It has no thread: whoever waits for the run lets it look, so that a short run has nothing to wait
// for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "monitor/history.hpp"
#include "monitor/system_reader.hpp"

namespace threadx {

// A device of the run, and how much it has done by now.
struct WatchedDevice {
    std::string id;   // "cpu", "cuda:0"
    std::string uuid; // an NVIDIA GPU's begins with "GPU-"
    double work = 0;  // bars x scenarios
};

struct RunWatchOptions {
    double interval = 0.5; // seconds between samples
    std::size_t points =
        240; // of the series that is kept, at most; longer runs keep every second, fourth, ...
    std::string nvml = nvml_library();
    SystemFiles files = {};
};

// A GPU that took part.
struct WatchedGpu {
    std::string device; // its id
    GpuIdentity identity;
    std::optional<double> energy_joules; // since it was first seen at work; absent where the card tells
                                         // neither energy nor power
    bool energy_is_counted = false;      // by the card; otherwise summed up from power
    double work = 0.0;                   // done in the same time

    std::optional<double> joules_per_million() const; // bars x scenarios
};

struct RunWatchResult {
    std::size_t samples = 0;        // none: the run was too short
    double mean_cost_seconds = 0.0; // of a sample
    std::vector<WatchedGpu> gpus;
    // Names as in history_columns(), with the GPUs in the order of `gpus`. The summary is of all samples.
    std::vector<ColumnSummary> summary;
    std::vector<HistoryColumn> series; // of what is known at all; "elapsed" is in seconds of the run
    std::vector<std::string>
        warnings; // sentences that name the device: hot, slowed down, memory nearly full, lost, not watched
};

class RunWatch {
  public:
    explicit RunWatch(RunWatchOptions options = {}) : options_(std::move(options)) {}

    // To be called ten times a second or so; `seconds` since the run began. The first call with more to come
    // is what loads are measured from; NVML is opened when the first NVIDIA GPU has done any work.
    void look(double seconds, std::span<const WatchedDevice> devices, bool last);

    // "load 97 %, 71 C, 250 W" of the device now; empty: nothing is known.
    std::string words(const std::string& device) const;

    RunWatchResult result() const;

  private:
    struct Gpu {
        WatchedGpu watched;
        std::size_t index = 0; // the reader's
        double first_work = 0.0;
        std::optional<double> first_energy, last_energy;
        double power_joules = 0.0;
        bool any_power = false;
        std::optional<double> last_power;
        std::size_t samples = 0, slowed = 0;
        std::uint64_t reasons = 0;
        std::optional<double> hottest, fullest;
        std::string error;
    };
    struct Sum {
        double sum = 0.0;
        double max = 0.0;
        std::size_t samples = 0;
    };

    void find_gpus(std::span<const WatchedDevice> devices);
    void sample(double seconds, std::span<const WatchedDevice> devices);
    void follow(Gpu& gpu, const GpuReading& reading, double seconds) const;
    void keep(SystemSnapshot snapshot);
    static void add_warnings(const Gpu& gpu, std::vector<std::string>& warnings);

    RunWatchOptions options_;
    std::optional<SystemReader> reader_; // none before the first look
    double last_ = 0.0;                  // sample, seconds of the run
    std::vector<Gpu> gpus_;
    std::map<std::string, std::string> unwatched_; // NVIDIA devices of the run, and why
    std::map<std::string, Sum> sums_;
    std::vector<std::string> names_; // of the sums, in their order
    SystemSnapshot latest_;
    std::vector<SystemSnapshot> kept_;
    std::size_t every_ = 1; // sample is kept
    std::size_t samples_ = 0;
    double cost_seconds_ = 0.0;
    std::optional<double> fullest_; // of the system's memory, percent
};

} // namespace threadx
