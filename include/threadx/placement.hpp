// Where something is computed, and why there.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace threadx {

inline constexpr std::string_view dynamic = "dynamic"; // decided from what was measured, and measured further
inline constexpr std::string_view cpu = "cpu";

// dynamic, cpu, or a device by its id ("cuda:0") or UUID.
class Placement {
  public:
    Placement() = default; // dynamic
    // NOLINTBEGIN(google-explicit-constructor): options read like `.placement = "cuda:0"`
    Placement(std::string_view device) : device_(device) {}
    Placement(const char* device) : device_(device) {}
    Placement(std::string device) : device_(std::move(device)) {}
    // NOLINTEND(google-explicit-constructor)

    const std::string& device() const { return device_; }
    bool is_dynamic() const { return device_ == dynamic || device_ == "auto"; }

  private:
    std::string device_{dynamic};
};

// Where something was computed.
struct Decision {
    std::string device = {}; // its id
    std::string reason = {}; // "cpu: 0.3 ms of work, cuda:0 takes 1.1 ms to start"
    std::vector<std::string> predictions =
        {};               // one for each device that was thought of; empty if none was made
    double seconds = 0.0; // that it took
};

// What an IndicatorBank or a DeviceManager works with.
struct MachineOptions {
    // File with the settings of the machine; empty: as the program finds it (config/paths.toml, then the
    // user's).
    std::string settings = {};
    std::vector<std::string> overrides = {}; // of settings: "optimization.performance.max_workers=4"
    // What `dynamic` chooses among, and a DeviceManager gives work to: "auto", or ids and UUIDs with commas
    // between. "auto" is the processor and the GPUs that the settings allow.
    std::string devices = "auto";
    // Folder of what was measured; empty: as the settings say ([paths] profiles); "none": nothing is kept.
    std::string profiles = {};
    // Gets what a person may want to know, a line at a time, from any thread; without it lines go to the
    // standard error.
    std::function<void(std::string_view line)> log = {};
};

} // namespace threadx
