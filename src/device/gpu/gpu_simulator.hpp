// Simulates scenarios of one plan on an accelerator: everything that CUDA and OpenCL devices do alike.
//
// The bars are uploaded once. Columns are computed there, shared ones once for the run, so that of a batch
// nothing is uploaded but its scalars, and nothing comes back but its statistics.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "device/batch_device.hpp"
#include "device/gpu/device_array.hpp"
#include "device/gpu/gpu_columns.hpp"
#include "device/gpu/gpu_device.hpp"
#include "device/gpu/host_columns.hpp"
#include "device/scenario_scalars.hpp"

namespace threadx {

// The sweep that a device is made ready for. All of it outlives the device.
struct DeviceSweep {
    const Strategy& strategy;
    const Plan& plan; // of the CPU; a device plans anew for its own memory
    const Bars& bars;
    const Execution& execution;
    Precision precision = Precision::float64;
    SimulationScope scope = {};
};

class GpuSimulator final : public BatchDevice {
  public:
    // Takes up to `memory_bytes` of the device, and less if there is less. DeviceError if it cannot be used
    // for this sweep. `most_at_once`: scenarios that are known to fit; 0 = what the memory says.
    GpuSimulator(GpuDevice& device, const DeviceSweep& sweep, std::uint64_t memory_bytes,
                 std::uint64_t most_at_once, std::size_t workers);

    const std::string& id() const override { return accelerator_.properties().id; }
    std::size_t workers() const override { return workers_; }
    std::size_t scenarios_at_once() const override { return accelerator_.items_at_once(); }
    std::unique_ptr<BatchWorker> make_worker() override;
    std::unique_ptr<BarsWorker> make_bars_worker(std::size_t workers) override;

    // Other ones, as many and at the same times: columns are computed anew. For a device that computes them
    // (GpuDevice::columns_here), while none of the workers is at work.
    void replace_bars(const Bars& bars);

    std::vector<std::string> notes() const override;
    std::optional<MemoryLimit> memory_limit() const override;
    std::string kernel() const override;

  private:
    friend class GpuWorker;
    void take_memory(const Bars& bars);
    void upload_bars(const Bars& bars);
    void upload_windows();
    std::size_t numbers_back() const; // of each scenario, over all windows
    std::size_t slice_limit() const;
    void shrink(std::size_t failed, const std::string& error);
    void note(std::string text);

    GpuDevice& device_;
    Accelerator& accelerator_;
    DeviceSweep sweep_;
    std::uint64_t memory_bytes_;
    std::size_t workers_;
    Plan plan_;
    std::size_t bars_;
    SimRules rules_{};
    std::vector<int> likeness_;
    DeviceArray<std::byte> prices_; // open, high, low, close of each bar, in the run's precision
    DeviceArray<std::byte> kept_numbers_;
    std::size_t number_bytes_; // of a column: float64, or float32 where the host computes them
    std::unique_ptr<HostColumnTable> host_columns_; // there where the host computes them
    DeviceArray<std::uint64_t> kept_bits_;
    DeviceArray<std::int32_t> windows_; // the first bar of each, and the bar after its last
    std::mutex kept_mutex_; // of kept_, from finding a place in it to having computed what it is for
    std::unique_ptr<KeptLayout> kept_;
    std::atomic<std::size_t> slice_scenarios_{0}; // simulated at once, at most
    std::atomic<bool> shrunk_{false};
    std::uint64_t free_bytes_ = 0; // at the start
    mutable std::mutex notes_mutex_;
    std::vector<std::string> notes_;
};

} // namespace threadx
