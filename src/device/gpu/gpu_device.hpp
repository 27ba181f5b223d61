// An accelerator with ThreadX's kernels on it.
#pragma once

#include <array>
#include <memory>
#include <mutex>

#include "device/accelerator.hpp"
#include "device/scenario_batch.hpp"

namespace threadx {

class GpuDevice {
  public:
    // `columns_here`: columns are computed on the device, which needs float64; otherwise the host does, and
    // the device simulates in float32 only.
    GpuDevice(std::unique_ptr<Accelerator> accelerator, bool columns_here)
        : accelerator_(std::move(accelerator)), columns_here_(columns_here) {}
    explicit GpuDevice(std::unique_ptr<Accelerator> accelerator)
        : accelerator_(std::move(accelerator)), columns_here_(accelerator_->properties().float64) {}

    Accelerator& accelerator() { return *accelerator_; }
    const DeviceProperties& properties() const { return accelerator_->properties(); }

    bool columns_here() const { return columns_here_; }

    // The kernels of a precision, compiled when they are first asked for. Any thread.
    DeviceProgram& program(Precision precision);

  private:
    std::unique_ptr<Accelerator> accelerator_;
    bool columns_here_;
    std::mutex mutex_;
    std::array<std::unique_ptr<DeviceProgram>, 2> programs_; // by Precision
};

} // namespace threadx
