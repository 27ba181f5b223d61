// Devices that are opened and made ready once and then run many sweeps in this process, so that what is
// measured is the work and not the start.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "device/inventory.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/runner.hpp"
#include "sweep/settings.hpp"

namespace threadx {

// Some of this machine's devices, with their drivers.
class OpenedDevices {
  public:
    // `names`: as for sweeps (device_choice.hpp), or "all": every one that can be used, those of OpenCL that
    // compute on this processor too. InputError if a name means nothing here.
    OpenedDevices(const Settings& settings, const std::string& names);

    const std::vector<std::unique_ptr<DeviceDriver>>& drivers() const { return drivers_; }
    const Inventory& inventory() const { return inventory_; }
    bool cpu() const; // whether it is among them
    const std::vector<DeviceProperties>& devices() const { return devices_; }
    std::vector<DeviceProperties> accelerators() const; // without the CPU

    std::size_t workers(const DeviceProperties& device) const; // threads that bring work to it
    // DeviceError if it cannot be used for the sweep after all.
    std::unique_ptr<BatchDevice> start(const DeviceProperties& device, const PreparedSweep& sweep) const;

  private:
    const Settings& settings_;
    std::vector<std::unique_ptr<DeviceDriver>> drivers_;
    Inventory inventory_;
    std::vector<DeviceProperties> devices_;
};

// Devices ready for one sweep. Each is started when a run first wants it; a start that failed is not tried
// again, and its reason is thrown each time.
class StartedDevices {
  public:
    StartedDevices(const OpenedDevices& opened, const PreparedSweep& sweep)
        : opened_(opened), sweep_(sweep) {}

    BatchDevice& get(const DeviceProperties& device); // DeviceError
    // Has a run use these, the CPU where it is among them. For many runs, one after the other.
    void use(const std::vector<DeviceProperties>& devices, RunOptions& options);

  private:
    struct Start {
        std::unique_ptr<BatchDevice> device;
        std::exception_ptr failure; // a DeviceError
    };
    const OpenedDevices& opened_;
    const PreparedSweep& sweep_;
    std::mutex mutex_;
    std::map<std::string, Start> starts_; // by id
};

// "opencl:0 (pthread-Intel ..., the processor's own cores)".
std::string device_title(const DeviceProperties& device);

} // namespace threadx
