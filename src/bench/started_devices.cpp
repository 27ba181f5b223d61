#include "bench/started_devices.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "device/device_error.hpp"
#include "device/gpu/started_gpu.hpp"

namespace threadx {
namespace {

// What a run takes for its own and gives back at its end; the device stays.
class BorrowedDevice final : public BatchDevice {
  public:
    explicit BorrowedDevice(BatchDevice& device) : device_(device) {}
    const std::string& id() const override { return device_.id(); }
    std::size_t workers() const override { return device_.workers(); }
    std::size_t scenarios_at_once() const override { return device_.scenarios_at_once(); }
    std::unique_ptr<BatchWorker> make_worker() override { return device_.make_worker(); }
    std::unique_ptr<BarsWorker> make_bars_worker(std::size_t workers) override {
        return device_.make_bars_worker(workers);
    }
    std::vector<std::string> notes() const override { return device_.notes(); }
    std::optional<MemoryLimit> memory_limit() const override { return device_.memory_limit(); }
    std::string kernel() const override { return device_.kernel(); }

  private:
    BatchDevice& device_;
};

} // namespace

OpenedDevices::OpenedDevices(const Settings& settings, const std::string& names) : settings_(settings) {
    const DeviceRequest request = settings.device_request(names);
    if (names == "all")
        drivers_ = open_drivers(settings.drivers());
    else if (names != "cpu")
        drivers_ = open_drivers(settings.drivers(), kinds_meant(request));
    inventory_ = take_inventory(drivers_);
    if (names != "all") {
        devices_ = choose_devices(inventory_, request).devices;
        return;
    }
    std::copy_if(inventory_.devices.begin(), inventory_.devices.end(), std::back_inserter(devices_),
                 [](const DeviceProperties& device) { return device.unusable.empty(); });
}

bool OpenedDevices::cpu() const {
    return std::any_of(devices_.begin(), devices_.end(),
                       [](const DeviceProperties& device) { return device.kind == DeviceKind::cpu; });
}

std::vector<DeviceProperties> OpenedDevices::accelerators() const {
    std::vector<DeviceProperties> out;
    std::copy_if(devices_.begin(), devices_.end(), std::back_inserter(out),
                 [](const DeviceProperties& device) { return device.kind != DeviceKind::cpu; });
    return out;
}

std::unique_ptr<BatchDevice> OpenedDevices::start(const DeviceProperties& device,
                                                  const PreparedSweep& sweep) const {
    const auto budget = [&](std::uint64_t free_bytes) {
        return device.is_cpu ? settings_.memory_budget_bytes() : settings_.gpu.memory_bytes(free_bytes);
    };
    return start_gpu(
        [&] { return open_device(drivers_, device); },
        {sweep.strategy(), sweep.plan(), sweep.data().bars, sweep.execution(), sweep.precision()},
        {budget, [](std::uint64_t) { return std::uint64_t{0}; }, workers(device)});
}

std::size_t OpenedDevices::workers(const DeviceProperties& device) const {
    return gpu_workers(device, settings_.gpu.workers);
}

BatchDevice& StartedDevices::get(const DeviceProperties& device) {
    const std::lock_guard lock(mutex_); // one after the other: what a start takes is not measured
    const auto [place, is_new] = starts_.try_emplace(device.id);
    Start& start = place->second;
    if (is_new) {
        try {
            start.device = opened_.start(device, sweep_);
        } catch (const DeviceError&) {
            start.failure = std::current_exception();
        }
    }
    if (start.failure) std::rethrow_exception(start.failure);
    return *start.device;
}

void StartedDevices::use(const std::vector<DeviceProperties>& devices, RunOptions& options) {
    std::vector<RunDevice> accelerators;
    for (const DeviceProperties& device : devices)
        if (device.kind != DeviceKind::cpu)
            accelerators.push_back({device, opened_.workers(device), [this, device] {
                                        return std::make_unique<BorrowedDevice>(get(device));
                                    }});
    options.cpu = accelerators.size() < devices.size();
    options.find_devices = {};
    if (!accelerators.empty())
        options.find_devices = [accelerators](const std::function<void(std::string)>&) {
            return accelerators;
        };
    options.find_first = true; // they are known
}

std::string device_title(const DeviceProperties& device) {
    const bool processors_own = device.is_cpu && device.kind != DeviceKind::cpu;
    return fmt::format("{} ({}{})", device.id, device.name,
                       processors_own ? ", which is this processor's own cores" : "");
}

} // namespace threadx
