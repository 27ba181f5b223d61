// The accelerators that this machine has, for the tests that run on each.
#pragma once

#include <functional>

#include "device/gpu/gpu_device.hpp"

namespace threadx::test {

// Calls `test` for each that can be used; says which cannot and why, and if there is none at all.
void on_each_accelerator(const std::function<void(GpuDevice&)>& test);

// The same with each opened anew.
void open_each_accelerator(const std::function<void(std::unique_ptr<Accelerator>)>& test);

} // namespace threadx::test
