#include "device/gpu/gpu_bars_worker.hpp"

namespace threadx {

GpuBarsWorker::GpuBarsWorker(GpuDevice& device, const DeviceSweep& sweep, std::uint64_t memory_bytes)
    : device_(device), sweep_(sweep), memory_bytes_(memory_bytes) {
    make_ready(sweep.bars);
}

void GpuBarsWorker::make_ready(const Bars& bars) {
    worker_.reset();
    simulator_.reset();
    const DeviceSweep sweep = {sweep_.strategy,  sweep_.plan,      bars,
                               sweep_.execution, sweep_.precision, sweep_.scope};
    simulator_ = std::make_unique<GpuSimulator>(device_, sweep, memory_bytes_, 0, 1);
    worker_ = simulator_->make_worker();
}

// Memory is taken once: giving it back waits for all that the device does, for other threads too. Where the
// host computes columns it is not worth more text.
BatchResult GpuBarsWorker::run(const Bars& bars, const ScenarioBatch& batch) {
    if (device_.columns_here())
        simulator_->replace_bars(bars);
    else
        make_ready(bars);
    return worker_->run(batch);
}

} // namespace threadx
