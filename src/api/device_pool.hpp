// The devices that a bank or a manager works with: looked for when they are first needed, then kept open.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/measured_rates.hpp"
#include "device/gpu/gpu_column_reader.hpp"
#include "device/inventory.hpp"
#include "sweep/settings.hpp"

namespace threadx {

// An accelerator that has proven itself.
struct OpenDevice {
    DeviceProperties properties;
    std::unique_ptr<GpuDevice> gpu;
    std::unique_ptr<GpuColumnReader> columns;
};

// Any thread.
class DevicePool {
  public:
    // `names`: what "auto" work is given to, as --devices has it. No driver is opened yet.
    DevicePool(const Settings& settings, std::string names, MeasuredRates& rates);
    DevicePool(const DevicePool&) = delete;
    DevicePool& operator=(const DevicePool&) = delete;

    // This machine's processor; its driver names the instruction set that the settings choose.
    const DeviceProperties& processor() const { return processor_; }
    // That one thing alone is meant, which needs no driver: the processor.
    bool processor_alone() const;
    bool looked() const; // whether chosen() is known already
    // Nobody said which: devices are looked for only when they are worth it.
    bool may_wait() const;

    // The devices meant by `names`. The first call opens their drivers. InputError for names that cannot be
    // used.
    const std::vector<DeviceProperties>& chosen();
    std::vector<std::string> notes() const; // why others are not among them

    // One device by its id or UUID, whether it is among chosen() or not. InputError if it is not there, or
    // the name means several.
    DeviceProperties find(const std::string& name);

    // Opens it, has it prove itself in float64 and measures how long that took. DeviceError, the same one
    // each time, if it cannot be used.
    OpenDevice& open(const DeviceProperties& device);
    bool is_open(const DeviceProperties& device) const;
    std::string failure(const DeviceProperties& device) const; // why it cannot be used; empty: not known to
    void give_up(const DeviceProperties& device, const std::string& reason); // open() fails from now on

  private:
    struct Slot {
        explicit Slot(std::string device_id) : id(std::move(device_id)) {}
        std::string id;
        std::mutex opening; // before the devices' own mutex
        std::unique_ptr<OpenDevice> opened;
        std::string failed; // under the devices' own mutex
        bool is_open = false;
    };
    DeviceChoice choose(const DeviceRequest& request);
    DeviceChoice choose_among(const DeviceRequest& request, std::span<const DeviceKind> kinds);
    Slot* find_slot(const DeviceProperties& device) const; // under the mutex
    Slot& slot_of(const DeviceProperties& device);
    std::unique_ptr<OpenDevice> start(const DeviceProperties& device);

    const Settings& settings_;
    std::string names_;
    MeasuredRates& rates_;
    DeviceProperties processor_;
    mutable std::mutex mutex_;                           // of all that follows
    std::vector<std::unique_ptr<DeviceDriver>> drivers_; // before what they opened
    double look_seconds_ = 0.0;                          // that opening drivers took
    bool looked_ = false;
    DeviceChoice choice_;
    std::vector<std::unique_ptr<Slot>> slots_;
};

} // namespace threadx
