// Computes columns on an accelerator and brings them back: for those who want the columns themselves, not
// what a simulation makes of them.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "device/cpu/bar_columns.hpp"
#include "device/gpu/device_array.hpp"
#include "device/gpu/gpu_device.hpp"
#include "rules/plan.hpp"

namespace threadx {

// Its memory stays on the device from call to call. Any thread; one call at a time.
class GpuColumnReader {
  public:
    // The device computes columns (GpuDevice::columns_here) and outlives the reader. DeviceError if its
    // kernels cannot be made. Columns are float64 in the program of either precision.
    explicit GpuColumnReader(GpuDevice& device, Precision precision = Precision::float64);

    // The columns `wanted` of a plan that has no axes, padded as the CPU's are. DeviceOutOfMemory if there is
    // no room for all the plan's columns at once, another DeviceError if the device fails; nothing of it is
    // under way then.
    std::vector<Column> read(const Graph& graph, const Plan& plan, const BarSeries& series, std::size_t bars,
                             std::span<const int> wanted);

  private:
    void give_up();

    GpuDevice& device_;
    std::mutex mutex_;
    std::unique_ptr<DeviceKernel> series_kernel_;
    std::unique_ptr<DeviceKernel> step_kernel_;
    DeviceArray<double> kept_numbers_;
    DeviceArray<std::uint64_t> kept_bits_;
    DeviceArray<double> scratch_numbers_;
    DeviceArray<std::uint64_t> scratch_bits_;
    // The last: what is under way, when the device fails, ends before the memory that it uses.
    std::unique_ptr<DeviceQueue> queue_;
};

} // namespace threadx
