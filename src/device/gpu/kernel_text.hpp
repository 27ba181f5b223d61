// The kernel text of a GPU: one program per dialect and precision, put together from the files of kernels/,
// which are embedded at build time.
#pragma once

#include <string>

#include "device/device_properties.hpp"

namespace threadx {

struct KernelTextOptions {
    DeviceKind dialect = DeviceKind::opencl; // or cuda
    bool single = false;                     // simulates in float32
    bool columns =
        true; // computes columns, which needs float64; otherwise the host does, and no double is in the text
};

// Kernels: "canary", "simulate", and with columns "compute_series", "compute_step".
std::string gpu_kernel_text(const KernelTextOptions& options);

} // namespace threadx
