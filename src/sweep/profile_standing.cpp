#include "sweep/profile_standing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "device/cpu/kernel_choice.hpp"
#include "market/time_text.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {

ProfileStanding::ProfileStanding(const Inventory& inventory, const Settings& settings)
    : inventory_(inventory) {
    const std::string set = choose_kernels(settings.performance.instruction_set).name;
    const std::size_t most = settings.workers();
    const std::size_t least = settings.performance.max_workers > 0 ? most : 1;
    for (std::size_t workers = least; workers <= most; ++workers)
        cpu_drivers_.push_back(cpu_driver(set, workers));
}

// Whether its driver is the one of the key.
bool ProfileStanding::is_of(const DeviceProperties& device, const WorkKey& work) const {
    if (device.kind != DeviceKind::cpu || is_preparation(work)) return device.driver == work.driver;
    return std::find(cpu_drivers_.begin(), cpu_drivers_.end(), work.driver) != cpu_drivers_.end();
}

const DeviceProperties* ProfileStanding::device_of(const WorkKey& work) const {
    const DeviceProperties* found = nullptr;
    for (const DeviceProperties& device : inventory_.devices) {
        if (device.uuid != work.uuid) continue;
        if (found == nullptr || is_of(device, work)) found = &device;
    }
    return found;
}

std::string ProfileStanding::remark(const WorkKey& work) const {
    const DeviceProperties* device = device_of(work);
    if (device == nullptr) return "not there";
    if (!device->unusable.empty()) return "cannot be used: " + device->unusable;
    if (!is_of(*device, work))
        return (device->kind == DeviceKind::cpu ? "for " : "other driver: ") + work.driver;
    return work.kernels == kernel_text_hash(device->kind) ? "" : "other kernels";
}

std::string age_text(const std::string& updated) {
    const auto then = parse_time(updated), now = parse_time(utc_now());
    if (!then || !now) return "?";
    const double seconds = std::max(0.0, static_cast<double>(*now - *then) / 1e9);
    if (seconds < 120.0) return fmt::format("{:.0f} s", seconds);
    if (seconds < 2 * 3600.0) return fmt::format("{:.0f} min", seconds / 60.0);
    if (seconds < 2 * 86400.0) return fmt::format("{:.0f} h", seconds / 3600.0);
    return fmt::format("{:.0f} d", seconds / 86400.0);
}

} // namespace threadx
