// What a platform says about a device, and what follows from it for ThreadX.
#pragma once

#include <string>
#include <vector>

#include "device/device_properties.hpp"
#include "device/opencl/opencl_api.hpp"

namespace threadx::opencl {

struct KnownDevice {
    Platform platform = nullptr;
    Device device = nullptr;
    DeviceProperties properties;
};

// The extension that AMD's own questions belong to.
constexpr const char* amd_attributes = "cl_amd_device_attribute_query";

// The text that the device answers; empty where it has none.
std::string device_text(const Api& api, Device device, Uint what);

bool has_extension(const std::string& extensions, const std::string& name);

// A vendor's OpenCL.
struct KnownPlatform {
    std::string name;
    std::string version; // "OpenCL 3.0 PoCL 3.1+debian ..."
};

// In the order of the interface.
std::vector<KnownPlatform> list_platforms(const Api& api);

// All devices of all platforms, in the order of the interface; those that cannot be used too.
std::vector<KnownDevice> list_devices(const Api& api);

// One number of clGetDeviceInfo; `otherwise` where the device does not answer.
template <class Number>
Number device_number(const Api& api, Device device, Uint what, Number otherwise = {}) {
    Number value{};
    return api.get_device_info(device, what, sizeof value, &value, nullptr) == status::success ? value
                                                                                               : otherwise;
}

} // namespace threadx::opencl
