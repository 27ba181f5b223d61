#include "device/gpu/started_gpu.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "device/gpu/self_test.hpp"

namespace threadx {
namespace {

// A device and what runs on it, together.
class StartedGpu final : public BatchDevice {
  public:
    StartedGpu(std::unique_ptr<GpuDevice> device, const DeviceSweep& sweep, std::uint64_t memory_bytes,
               std::uint64_t most_at_once, std::size_t workers)
        : device_(std::move(device)), simulator_(*device_, sweep, memory_bytes, most_at_once, workers) {}

    const std::string& id() const override { return simulator_.id(); }
    std::size_t workers() const override { return simulator_.workers(); }
    std::size_t scenarios_at_once() const override { return simulator_.scenarios_at_once(); }
    std::unique_ptr<BatchWorker> make_worker() override { return simulator_.make_worker(); }
    std::unique_ptr<BarsWorker> make_bars_worker(std::size_t workers) override {
        return simulator_.make_bars_worker(workers);
    }
    std::vector<std::string> notes() const override { return simulator_.notes(); }
    std::optional<MemoryLimit> memory_limit() const override { return simulator_.memory_limit(); }
    std::string kernel() const override { return simulator_.kernel(); }

  private:
    std::unique_ptr<GpuDevice> device_;
    GpuSimulator simulator_;
};

void check_precision(const DeviceProperties& device, Precision precision) {
    if (!device.float64 && precision == Precision::float64)
        throw DeviceError(fmt::format("{} ({}) does not compute in float64", device.id, device.name));
    if (precision == Precision::float32 && device.kind == DeviceKind::opencl &&
        !device.rounded_float32_division)
        throw DeviceError(
            fmt::format("{} ({}) does not round float32 division correctly", device.id, device.name));
}

} // namespace

// While the GPU works for one of them, the others draw scenarios and make rows of what came back: a
// microsecond or two a scenario, in which a large GPU simulates several. A device that computes on the
// processor has no use for that.
std::size_t gpu_workers(const DeviceProperties& device, long long asked_for) {
    if (asked_for > 0) return static_cast<std::size_t>(asked_for);
    return device.is_cpu ? 1 : std::clamp<std::size_t>(std::thread::hardware_concurrency() / 2, 2, 6);
}

std::size_t gpu_bars_workers(const DeviceProperties& device, std::size_t bars, long long asked_for) {
    if (asked_for > 0) return static_cast<std::size_t>(asked_for);
    if (device.is_cpu) return 1;
    constexpr std::uint64_t series_of_a_set = 128; // more than most strategies read
    const std::uint64_t each = series_of_a_set * sizeof(double) * std::max<std::size_t>(1, bars);
    return std::clamp<std::size_t>(device.memory_bytes / 4 / each, 1, 32);
}

std::unique_ptr<BatchDevice> start_gpu(const std::function<std::unique_ptr<Accelerator>()>& open,
                                       const DeviceSweep& sweep, const GpuStart& how) {
    auto device = std::make_unique<GpuDevice>(open());
    check_precision(device->properties(), sweep.precision);
    self_test(*device, sweep.precision);
    const std::uint64_t free_bytes = device->accelerator().free_bytes();
    return std::make_unique<StartedGpu>(std::move(device), sweep, how.budget(free_bytes),
                                        how.most_at_once ? how.most_at_once(free_bytes) : 0, how.workers);
}

} // namespace threadx
