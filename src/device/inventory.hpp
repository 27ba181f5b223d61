// The devices of this machine.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "device/device_driver.hpp"

namespace threadx {

// A driver that is not there, or does not work.
struct MissingDriver {
    DeviceKind kind = DeviceKind::cuda;
    std::string reason;  // "no CUDA: libcuda.so.1 is not installed"
    std::string install; // what to install to have it
};

inline constexpr std::array accelerator_kinds = {DeviceKind::cuda, DeviceKind::opencl};

struct Inventory {
    std::vector<DeviceProperties> devices; // the processor first, then in the order of the drivers
    std::vector<MissingDriver> missing;
};

// The drivers of these kinds that the program has, opened; with the faults that a test put into
// THREADX_FAULTS.
std::vector<std::unique_ptr<DeviceDriver>>
open_drivers(const DriverSettings& settings, std::span<const DeviceKind> kinds = accelerator_kinds);

Inventory take_inventory(const std::vector<std::unique_ptr<DeviceDriver>>& drivers);

// Opens a device of the inventory; DeviceError if it cannot be, or is the processor, which needs no driver.
std::unique_ptr<Accelerator> open_device(const std::vector<std::unique_ptr<DeviceDriver>>& drivers,
                                         const DeviceProperties& device);

} // namespace threadx
