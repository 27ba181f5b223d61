// A programming interface for accelerators, opened at run time: CUDA, OpenCL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/accelerator.hpp"

namespace threadx {

// What the user says about drivers: the [gpu] section.
struct DriverSettings {
    std::string nvrtc;        // file or folder of NVRTC; empty: where it usually is
    std::string kernel_cache; // folder of compiled kernels; empty: none is kept
};

class DeviceDriver {
  public:
    virtual ~DeviceDriver() = default;
    virtual DeviceKind kind() const = 0;
    // Why there is none: "libcuda.so.1 is not installed"; empty if there is.
    virtual std::string missing() const = 0;
    // Its devices, those that cannot be used too, with the reason. Does not throw for one that is broken.
    virtual std::vector<DeviceProperties> devices() = 0;
    virtual std::unique_ptr<Accelerator> open(const DeviceProperties& device) = 0;
};

// Never throw: a driver that is not there or does not work says so in missing().
std::unique_ptr<DeviceDriver> open_cuda_driver(const DriverSettings& settings);
std::unique_ptr<DeviceDriver> open_opencl_driver(const DriverSettings& settings);

} // namespace threadx
