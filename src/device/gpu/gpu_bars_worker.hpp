// A thread's own part of a device that runs the same scenarios over many sets of bars: what a sweep has on
// the device, in small, and a queue.
#pragma once

#include "device/gpu/gpu_simulator.hpp"

namespace threadx {

class GpuBarsWorker final : public BarsWorker {
  public:
    // Both outlive it, as does what the sweep refers to. It takes up to `memory_bytes` of the device.
    GpuBarsWorker(GpuDevice& device, const DeviceSweep& sweep, std::uint64_t memory_bytes);

    BatchResult run(const Bars& bars, const ScenarioBatch& batch) override;
    std::vector<std::string> notes() const override { return simulator_->notes(); }

  private:
    void make_ready(const Bars& bars);

    GpuDevice& device_;
    const DeviceSweep& sweep_;
    std::uint64_t memory_bytes_;
    std::unique_ptr<GpuSimulator> simulator_;
    std::unique_ptr<BatchWorker> worker_;
};

} // namespace threadx
