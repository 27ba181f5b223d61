#include "device/gpu_devices.hpp"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include <doctest/doctest.h>

#include "device/cuda/cuda_driver.hpp"
#include "device/device_driver.hpp"
#include "device/fake_cuda/places.hpp"

namespace threadx::test {
namespace {

struct UsableDevice {
    DeviceDriver* driver;
    DeviceProperties properties;
};

const std::vector<UsableDevice>& usable_devices() {
    static std::vector<std::unique_ptr<DeviceDriver>> drivers;
    static std::vector<UsableDevice> devices;
    if (!drivers.empty()) return devices;
    drivers.push_back(open_opencl_driver({}));
    drivers.push_back(open_cuda_driver({}));
    // The tests' own CUDA driver (fake_cuda/), which is always there.
    setenv("FAKE_CUDA", "devices=2", 1);
    drivers.push_back(std::make_unique<CudaDriver>(
        DriverSettings{.nvrtc = fake_nvrtc_folder(), .kernel_cache = ""}, fake_cuda_library()));
    for (const auto& driver : drivers)
        for (const DeviceProperties& properties : driver->devices()) {
            if (!properties.unusable.empty()) {
                std::printf("skipped: %s because %s\n", properties.id.c_str(), properties.unusable.c_str());
                continue;
            }
            std::printf("device %s: %s\n", properties.id.c_str(), properties.name.c_str());
            devices.push_back({driver.get(), properties});
        }
    return devices;
}

} // namespace

void open_each_accelerator(const std::function<void(std::unique_ptr<Accelerator>)>& test) {
    if (usable_devices().empty()) std::printf("skipped: a test of accelerators because there is none\n");
    for (const UsableDevice& device : usable_devices()) {
        CAPTURE(device.properties.id);
        test(device.driver->open(device.properties));
    }
}

void on_each_accelerator(const std::function<void(GpuDevice&)>& test) {
    static std::vector<std::unique_ptr<GpuDevice>>
        devices; // opened once: compiling the kernels takes a while
    if (devices.empty())
        open_each_accelerator([](std::unique_ptr<Accelerator> accelerator) {
            devices.push_back(std::make_unique<GpuDevice>(std::move(accelerator)));
        });
    for (const auto& device : devices) {
        CAPTURE(device->properties().id);
        test(*device);
    }
}

} // namespace threadx::test
