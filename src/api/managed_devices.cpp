#include "api/managed_devices.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/number_text.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

DeviceInfo info_of(const DeviceProperties& device) {
    return {.id = device.id, .uuid = device.uuid, .name = device.name, .is_cpu = device.is_cpu};
}

} // namespace

ManagedDevice managed_processor(Machine& machine) {
    const std::size_t workers = machine.settings().workers();
    const DeviceProperties& processor = machine.devices().processor();
    ManagedDevice device{.properties = processor,
                         .info = info_of(processor),
                         .workers = workers,
                         .processor_threads = static_cast<double>(workers)};
    device.properties.driver =
        cpu_driver(choose_kernels(machine.settings().performance.instruction_set).name, workers);
    return device;
}

std::vector<ManagedDevice> open_managed_devices(Machine& machine, std::vector<std::string>& notes) {
    std::vector<ManagedDevice> devices;
    std::string failure;
    const std::vector<DeviceProperties> chosen = machine.devices().chosen();
    notes = machine.devices().notes();
    for (const DeviceProperties& device : chosen) {
        if (device.kind == DeviceKind::cpu) {
            devices.push_back(managed_processor(machine));
            continue;
        }
        try {
            machine.devices().open(device);
            devices.push_back({.properties = device,
                               .info = info_of(device),
                               .workers = 1,
                               .processor_threads = device.is_cpu ? device.compute_units : 0.0});
        } catch (const DeviceError& error) {
            failure = error.what();
            notes.push_back(fmt::format("{} is left out: {}", device.id, failure));
            machine.log()(notes.back());
        }
    }
    if (devices.empty()) throw DeviceError("no device can be used: " + failure);
    return devices;
}

std::vector<double> shares_of(const Balance& balance, const std::vector<ManagedDevice>& devices) {
    std::vector<double> shares;
    if (!balance.is_fixed()) return shares;
    shares.resize(devices.size(), 0.0);
    std::vector<bool> named(devices.size(), false);
    double sum = 0.0;
    for (const DeviceShare& share : balance.shares()) {
        const auto found = std::find_if(devices.begin(), devices.end(), [&](const ManagedDevice& device) {
            return device.info.id == share.device || device.info.uuid == share.device;
        });
        if (found == devices.end()) {
            std::vector<std::string> ids;
            for (const ManagedDevice& device : devices) ids.push_back(device.info.id);
            throw InputError(
                fmt::format("the balance has a share for '{}', which is not among the devices: {}",
                            share.device, fmt::join(ids, ", ")));
        }
        if (!std::isfinite(share.share) || share.share < 0.0)
            throw InputError(fmt::format("the balance: the share {} of '{}' is no number from 0 to 1",
                                         shortest_text(share.share), share.device));
        const auto place = static_cast<std::size_t>(found - devices.begin());
        if (named[place]) throw InputError(fmt::format("the balance names '{}' twice", found->info.id));
        named[place] = true;
        shares[place] = share.share;
        sum += share.share;
    }
    if (std::fabs(sum - 1.0) > 0.001)
        throw InputError(fmt::format("the balance's shares sum to {}, not to 1", shortest_text(sum)));
    return shares;
}

} // namespace threadx
