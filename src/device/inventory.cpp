#include "device/inventory.hpp"

#include <cstdlib>

#include "device/cpu/host_processor.hpp"
#include "device/fault_injection.hpp"

namespace threadx {
namespace {

std::string what_to_install(DeviceKind kind) {
    if (kind == DeviceKind::cuda)
        return "NVIDIA's driver (Debian, Ubuntu: nvidia-driver), where there is such a GPU";
    return "the loader (Debian, Ubuntu: ocl-icd-libopencl1) and the vendor's OpenCL driver, such as "
           "intel-opencl-icd, mesa-opencl-icd or NVIDIA's";
}

} // namespace

std::vector<std::unique_ptr<DeviceDriver>> open_drivers(const DriverSettings& settings,
                                                        std::span<const DeviceKind> kinds) {
    std::vector<std::unique_ptr<DeviceDriver>> drivers;
    for (const DeviceKind kind : kinds) {
        if (kind == DeviceKind::cuda) drivers.push_back(open_cuda_driver(settings));
        if (kind == DeviceKind::opencl) drivers.push_back(open_opencl_driver(settings));
    }
    const char* faults = std::getenv("THREADX_FAULTS");
    return faults == nullptr ? std::move(drivers) : with_faults(std::move(drivers), parse_faults(faults));
}

Inventory take_inventory(const std::vector<std::unique_ptr<DeviceDriver>>& drivers) {
    Inventory inventory;
    inventory.devices.push_back(host_processor());
    for (const std::unique_ptr<DeviceDriver>& driver : drivers) {
        if (const std::string reason = driver->missing(); !reason.empty())
            inventory.missing.push_back({driver->kind(), reason, what_to_install(driver->kind())});
        for (DeviceProperties& device : driver->devices()) inventory.devices.push_back(std::move(device));
    }
    return inventory;
}

std::unique_ptr<Accelerator> open_device(const std::vector<std::unique_ptr<DeviceDriver>>& drivers,
                                         const DeviceProperties& device) {
    for (const std::unique_ptr<DeviceDriver>& driver : drivers)
        if (driver->kind() == device.kind) return driver->open(device);
    throw DeviceError(device.id + " (" + device.name + ") cannot be opened: there is no driver of its kind");
}

} // namespace threadx
