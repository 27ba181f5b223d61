#include "api/device_pool.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/stopwatch.hpp"
#include "device/cpu/host_processor.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/gpu/self_test.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {

DevicePool::DevicePool(const Settings& settings, std::string names, MeasuredRates& rates)
    : settings_(settings), names_(std::move(names)), rates_(rates), processor_(host_processor()) {
    // A column is computed by one thread.
    processor_.driver = cpu_driver(choose_kernels(settings.performance.instruction_set).name, 1);
}

bool DevicePool::processor_alone() const {
    return names_ == "cpu" || (names_ == "auto" && !settings_.gpu.enabled && settings_.gpu.devices.empty());
}

bool DevicePool::may_wait() const { return names_ == "auto" && settings_.gpu.devices.empty(); }

bool DevicePool::looked() const {
    const std::lock_guard lock(mutex_);
    return looked_;
}

const std::vector<DeviceProperties>& DevicePool::chosen() {
    const std::lock_guard lock(mutex_);
    if (!looked_) {
        if (processor_alone()) {
            choice_.devices = {processor_};
            choice_.notes = {names_ == "cpu" ? "the CPU alone was asked for: no GPU was looked for"
                                             : "GPUs are switched off ([gpu] enabled): none was looked for"};
        } else {
            choice_ = choose(settings_.device_request(names_));
        }
        for (DeviceProperties& device : choice_.devices)
            if (device.kind == DeviceKind::cpu) device = processor_;
        looked_ = true;
    }
    return choice_.devices;
}

std::vector<std::string> DevicePool::notes() const {
    const std::lock_guard lock(mutex_);
    return choice_.notes;
}

DeviceProperties DevicePool::find(const std::string& name) {
    if (name == "cpu") return processor_;
    const std::lock_guard lock(mutex_);
    const DeviceChoice choice = choose(settings_.device_request(name));
    if (choice.devices.size() != 1)
        throw InputError(fmt::format("'{}' means {} devices; name one by its id or UUID (see `threadx "
                                     "devices`)",
                                     name, choice.devices.size()));
    return choice.devices.front().kind == DeviceKind::cpu ? processor_ : choice.devices.front();
}

// Opening a driver takes a tenth of a second and more, so only those that are meant are opened. Where that
// leads to nothing, the message is to tell of all.
DeviceChoice DevicePool::choose(const DeviceRequest& request) {
    try {
        return choose_among(request, kinds_meant(request));
    } catch (const InputError&) {
        return choose_among(request, accelerator_kinds);
    }
}

DeviceChoice DevicePool::choose_among(const DeviceRequest& request, std::span<const DeviceKind> kinds) {
    const Stopwatch stopwatch;
    for (const DeviceKind kind : kinds) {
        const bool there = std::any_of(
            drivers_.begin(), drivers_.end(),
            [kind](const std::unique_ptr<DeviceDriver>& driver) { return driver->kind() == kind; });
        if (there) continue;
        for (auto& driver : open_drivers(settings_.drivers(), std::span(&kind, 1)))
            drivers_.push_back(std::move(driver));
    }
    const Inventory inventory = take_inventory(drivers_);
    DeviceChoice choice = choose_devices(inventory, request);
    for (const MissingDriver& missing : inventory.missing) // the choice tells of those that were asked for
        if (std::find(choice.notes.begin(), choice.notes.end(), missing.reason) == choice.notes.end())
            choice.notes.push_back(missing.reason);
    look_seconds_ += stopwatch.seconds();
    return choice;
}

DevicePool::Slot* DevicePool::find_slot(const DeviceProperties& device) const {
    const auto found =
        std::find_if(slots_.begin(), slots_.end(), [&](const auto& slot) { return slot->id == device.id; });
    return found == slots_.end() ? nullptr : found->get();
}

DevicePool::Slot& DevicePool::slot_of(const DeviceProperties& device) {
    const std::lock_guard lock(mutex_);
    if (find_slot(device) == nullptr) slots_.push_back(std::make_unique<Slot>(device.id));
    return *find_slot(device);
}

bool DevicePool::is_open(const DeviceProperties& device) const {
    const std::lock_guard lock(mutex_);
    const Slot* const slot = find_slot(device);
    return slot != nullptr && slot->is_open;
}

std::string DevicePool::failure(const DeviceProperties& device) const {
    const std::lock_guard lock(mutex_);
    const Slot* const slot = find_slot(device);
    return slot == nullptr ? "" : slot->failed;
}

// What is open stays: others may be using it.
void DevicePool::give_up(const DeviceProperties& device, const std::string& reason) {
    Slot& slot = slot_of(device);
    const std::lock_guard lock(mutex_);
    if (slot.failed.empty()) slot.failed = reason;
}

OpenDevice& DevicePool::open(const DeviceProperties& device) {
    Slot& slot = slot_of(device);
    const std::lock_guard lock(slot.opening);
    if (const std::string reason = failure(device); !reason.empty()) throw DeviceError(reason);
    if (slot.opened != nullptr) return *slot.opened;
    try {
        slot.opened = start(device);
    } catch (const DeviceError& error) {
        give_up(device, error.what());
        throw;
    }
    const std::lock_guard own_lock(mutex_);
    slot.is_open = true;
    return *slot.opened;
}

std::unique_ptr<OpenDevice> DevicePool::start(const DeviceProperties& device) {
    const Stopwatch stopwatch;
    if (!device.float64)
        throw DeviceError(fmt::format("{} ({}) does not compute in float64", device.id, device.name));
    auto opened = std::make_unique<OpenDevice>();
    opened->properties = device;
    double look_seconds = 0.0; // whoever starts has to wait for the drivers too
    {
        const std::lock_guard lock(mutex_);
        opened->gpu = std::make_unique<GpuDevice>(open_device(drivers_, device));
        look_seconds = std::exchange(look_seconds_, 0.0);
    }
    self_test(*opened->gpu, Precision::float64);
    opened->columns = std::make_unique<GpuColumnReader>(*opened->gpu);
    rates_.add({start_key(device), device.id + " " + device.name, 1.0, stopwatch.seconds() + look_seconds});
    return opened;
}

} // namespace threadx
