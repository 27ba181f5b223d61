// Devices that fail when a test says so. Not for users: nothing here runs unless THREADX_FAULTS is set.
//
//     THREADX_FAULTS="opencl:0 allocate 3 out_of_memory; opencl:1 launch 5.. lost; opencl:0 download 1 wrong"
//
// A fault is a device's id, a kind of call (open, build, allocate, upload, launch, download, wait), which of
// them ("3", "3-7", "3.." from the third on) and what happens: out_of_memory, lost, failed, or wrong, which
// flips the first bit of what a download brings. Calls are counted per device from 1, over the whole process.
// After `lost` every call on that device fails likewise.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "device/device_driver.hpp"

namespace threadx {

enum class FaultyCall : std::uint8_t { open, build, allocate, upload, launch, download, wait };
enum class FaultEffect : std::uint8_t { out_of_memory, lost, failed, wrong };

struct Fault {
    std::string device;
    FaultyCall call = FaultyCall::open;
    long long first = 1; // number of the call, from 1
    long long last = 1;
    FaultEffect effect = FaultEffect::failed;
};

// InputError on anything that is not as above.
std::vector<Fault> parse_faults(const std::string& text);

// The drivers, whose devices fail as `faults` say; the same drivers if it is empty.
std::vector<std::unique_ptr<DeviceDriver>> with_faults(std::vector<std::unique_ptr<DeviceDriver>> drivers,
                                                       const std::vector<Fault>& faults);

} // namespace threadx
