// What is known of a device before it is opened.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace threadx {

enum class DeviceKind : std::uint8_t { cpu, cuda, opencl };

std::string_view device_kind_name(DeviceKind kind); // "cpu", "cuda", "opencl"

struct DeviceProperties {
    std::string id; // "cpu", "cuda:0": what --devices and [gpu] devices call it
    DeviceKind kind = DeviceKind::cpu;
    int index = 0;    // among those of its kind
    std::string name; // the vendor's
    std::string uuid; // the same device has the same one for ever; two of one name have two
    std::uint64_t memory_bytes = 0;
    std::string compute_capability; // of CUDA: "9.0"
    int compute_units = 0;          // multiprocessors, or cores
    bool is_cpu = false;            // computes on this machine's processor, whatever its kind
    bool float64 = false;
    double float64_rate = 0.0;            // of float32's; 0 = unknown or none
    bool rounded_float32_division = true; // and square root, correctly; else kernels divide in float64
    std::string driver;                   // its name and version
    std::string unusable;                 // why it cannot be used; empty if it can
    bool unusable_by_nature = false;      // and nobody can change that
};

} // namespace threadx
