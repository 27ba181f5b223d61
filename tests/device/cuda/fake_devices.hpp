// The fake driver (fake_cuda/), scripted for one test.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device/device_driver.hpp"

namespace threadx::test {

class FakeDevices {
  public:
    // `script`: of fake_cuda/script.hpp. The driver's library is the fake one by the test program's run path.
    explicit FakeDevices(const std::string& script, DriverSettings settings = with_fake_nvrtc());
    ~FakeDevices();
    FakeDevices(const FakeDevices&) = delete;
    FakeDevices& operator=(const FakeDevices&) = delete;

    static DriverSettings with_fake_nvrtc();
    static DriverSettings without_nvrtc();

    DeviceDriver& driver() { return *driver_; }
    std::vector<DeviceProperties> list() { return driver_->devices(); }
    std::unique_ptr<Accelerator> open(std::size_t index = 0) { return driver_->open(list().at(index)); }

  private:
    std::unique_ptr<DeviceDriver> driver_;
};

// What the fake compiler knows, for one test.
class FakeCompiler {
  public:
    explicit FakeCompiler(const std::string& architectures);
    ~FakeCompiler();
    FakeCompiler(const FakeCompiler&) = delete;
    FakeCompiler& operator=(const FakeCompiler&) = delete;
};

} // namespace threadx::test
