// Whether this processor computes as ThreadX needs it.
#pragma once

#include "device/cpu/kernel_interface.hpp"
#include "device/execution.hpp"
#include "device/scenario_batch.hpp"

namespace threadx {

// DeviceError, with what is wrong, if the known sweep or the known columns (device/known_answer.hpp) have
// other results with these kernels than they should.
void self_test(const KernelTable& kernels, Precision precision);

} // namespace threadx
