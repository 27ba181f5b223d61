#include <bit>
#include <cstdio>
#include <cstdlib>

#include "device/fake_cuda/places.hpp"
#include "device/inventory.hpp"

#include "api/machines.hpp" // last: g++ takes enumerators named as the public `cpu` for mistakes after it

namespace threadx::test {

TestMachine::TestMachine() {
    setenv("FAKE_CUDA", "devices=2", 1); // the driver's library is the fake one by the program's run path
}

MachineOptions TestMachine::options(const std::string& devices) const {
    return {.settings = "/dev/null",
            .overrides = {"gpu.nvrtc=\"" + fake_nvrtc_folder() + "\"", "paths.kernel_cache=\"\"",
                          "optimization.performance.max_workers=3"},
            .devices = devices,
            .profiles = profiles(),
            .log = [this](std::string_view line) {
                const std::lock_guard lock(mutex_);
                log_ += line;
                log_ += '\n';
            }};
}

const std::vector<std::string>& TestMachine::all_devices() {
    static const std::vector<std::string> devices = [] {
        const TestMachine machine; // the driver reads its script when it is first opened
        std::vector<std::string> ids;
        for (const DeviceProperties& device : take_inventory(open_drivers({})).devices) {
            if (device.unusable.empty() && device.float64) ids.push_back(device.id);
            std::printf("device %s: %s%s\n", device.id.c_str(), device.name.c_str(),
                        device.unusable.empty() ? "" : (", skipped: " + device.unusable).c_str());
        }
        return ids;
    }();
    return devices;
}

std::string TestMachine::listed(const std::vector<std::string>& devices) {
    std::string text;
    for (const std::string& device : devices) text += (text.empty() ? "" : ",") + device;
    return text;
}

std::string TestMachine::log() const {
    const std::lock_guard lock(mutex_);
    return log_;
}

void TestMachine::forget_log() {
    const std::lock_guard lock(mutex_);
    log_.clear();
}

std::string mismatch(const std::vector<double>& found, const std::vector<double>& expected) {
    if (found.size() != expected.size())
        return std::to_string(found.size()) + " values instead of " + std::to_string(expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        if (std::bit_cast<std::uint64_t>(found[i]) != std::bit_cast<std::uint64_t>(expected[i]))
            return "value " + std::to_string(i) + " is " + std::to_string(found[i]) + " instead of " +
                   std::to_string(expected[i]);
    return "";
}

} // namespace threadx::test
