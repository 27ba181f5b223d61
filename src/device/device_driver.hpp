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

// A library that a driver opens, or what it finds in one.
struct DriverLibrary {
    std::string name;    // "libcuda", "OpenCL platform"
    std::string enables; // what it is for
    std::string path;    // of its file; empty where it has none, or was not found
    std::string version;
    std::string missing; // why it is not used; empty: it is
    std::string instead; // what is used without it; empty: nothing
    bool broken = false; // it should be there, and does not work
    std::string remedy;  // what to do if it is broken
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
    // What it opened, and what it looked for. For people: no device is chosen by it.
    virtual std::vector<DriverLibrary> libraries() { return {}; }
};

// Never throw: a driver that is not there or does not work says so in missing().
std::unique_ptr<DeviceDriver> open_cuda_driver(const DriverSettings& settings);
std::unique_ptr<DeviceDriver> open_opencl_driver(const DriverSettings& settings);

} // namespace threadx
