// An accelerator from its driver to batches of a sweep.
#pragma once

#include <functional>
#include <memory>

#include "device/gpu/gpu_simulator.hpp"

namespace threadx {

// How much of a device's memory a run may take, given how much of it is free; both in bytes.
using MemoryBudget = std::function<std::uint64_t(std::uint64_t free_bytes)>;

struct GpuStart {
    MemoryBudget budget;
    // Scenarios at once, as far as is known from earlier runs, given how many bytes are free; 0 = no limit.
    std::function<std::uint64_t(std::uint64_t free_bytes)> most_at_once;
    std::size_t workers = 1; // threads for it
};

// How many threads it takes to keep a device busy; `asked_for`: of the settings, 0 = as many as are best.
std::size_t gpu_workers(const DeviceProperties& device, long long asked_for);

// Threads for scenarios over many sets of `bars` bars (BatchDevice::make_bars_worker): a set keeps only a few
// of a GPU's lanes busy, so there are as many sets at once as its memory has room for, up to 32.
std::size_t gpu_bars_workers(const DeviceProperties& device, std::size_t bars, long long asked_for);

// Opens the device, has it prove itself and makes it ready for the sweep. DeviceError, with the reason, if
// that fails or the device cannot compute in the sweep's precision. `open` is called once.
std::unique_ptr<BatchDevice> start_gpu(const std::function<std::unique_ptr<Accelerator>()>& open,
                                       const DeviceSweep& sweep, const GpuStart& how);

} // namespace threadx
