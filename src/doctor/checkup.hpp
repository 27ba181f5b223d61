// What `threadx doctor` looks at, and the list of its checks.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/started_devices.hpp"
#include "doctor/finding.hpp"
#include "monitor/system_reader.hpp"
#include "sweep/settings.hpp"

namespace threadx {

struct CheckupRequest {
    std::optional<std::filesystem::path> settings; // --settings
    std::vector<std::string> overrides;            // --set
    std::string devices = "all";                   // --devices
    const std::atomic<bool>* stop = nullptr;
};

// The machine as all checks see it: settings are read and drivers opened once.
class Checkup {
  public:
    // InputError if the command line is wrong. A settings file that is wrong is a finding: the rest is
    // checked with the defaults.
    explicit Checkup(const CheckupRequest& request);
    Checkup(const Checkup&) = delete;
    Checkup& operator=(const Checkup&) = delete;

    const Settings& settings() const { return settings_; }
    const std::string& settings_mistake() const { return settings_mistake_; } // empty: they are right
    // Without accelerators where the settings switch them off.
    const OpenedDevices& opened() const { return opened_; }
    // NVIDIA's GPUs included, unless accelerators are switched off.
    SystemReader& reader() { return reader_; }
    const std::atomic<bool>* stop() const { return stop_; }
    bool interrupted() const { return stop_ != nullptr && stop_->load(); }

  private:
    std::string settings_mistake_;
    Settings settings_;
    OpenedDevices opened_;
    SystemReader reader_;
    const std::atomic<bool>* stop_;
};

struct CheckupPart {
    const char* title;
    std::vector<Finding> (*look)(Checkup& checkup);
};

// In the order in which they are shown.
std::span<const CheckupPart> checkup_parts();

// look(), where an error is a finding that failed.
std::vector<Finding> look(const CheckupPart& part, Checkup& checkup);

// The parts, a file each.
std::vector<Finding> check_settings(Checkup& checkup);
std::vector<Finding> check_libraries(Checkup& checkup);
std::vector<Finding> check_devices(Checkup& checkup);
std::vector<Finding> check_profiles(Checkup& checkup);
std::vector<Finding> check_temperatures(Checkup& checkup);
std::vector<Finding> check_room(Checkup& checkup);
std::vector<Finding> check_results(Checkup& checkup);

} // namespace threadx
