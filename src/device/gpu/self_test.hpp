// Whether a device computes as ThreadX needs it.
#pragma once

#include "device/gpu/gpu_device.hpp"

namespace threadx {

// DeviceError, with what is wrong, if the device rounds otherwise than it should (a fused multiplication and
// addition, a division or root that is not correctly rounded, numbers below the normal ones taken for 0), or
// if one small sweep, or columns of indicators, have other results than on the CPU.
void self_test(GpuDevice& device, Precision precision);

} // namespace threadx
