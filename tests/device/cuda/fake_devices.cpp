#include "device/cuda/fake_devices.hpp"

#include <cstdlib>

#include "device/cuda/cuda_driver.hpp"
#include "device/fake_cuda/places.hpp"

namespace threadx::test {

FakeDevices::FakeDevices(const std::string& script, DriverSettings settings) {
    static int cases = 0;
    setenv("FAKE_CUDA", (script + ";case=" + std::to_string(++cases)).c_str(), 1);
    driver_ = open_cuda_driver(settings);
}

FakeDevices::~FakeDevices() { unsetenv("FAKE_CUDA"); }

DriverSettings FakeDevices::with_fake_nvrtc() { return {.nvrtc = fake_nvrtc_folder(), .kernel_cache = ""}; }

DriverSettings FakeDevices::without_nvrtc() { return {.nvrtc = "/there/is/none.so", .kernel_cache = ""}; }

FakeCompiler::FakeCompiler(const std::string& architectures) {
    setenv("FAKE_NVRTC", architectures.c_str(), 1);
}

FakeCompiler::~FakeCompiler() { unsetenv("FAKE_NVRTC"); }

} // namespace threadx::test
