// A thread's own part of a GpuSimulator: a queue, and memory for a slice of scenarios.
#pragma once

#include "device/gpu/gpu_column_computer.hpp"
#include "device/gpu/gpu_simulator.hpp"

namespace threadx {

class GpuWorker final : public BatchWorker {
  public:
    explicit GpuWorker(GpuSimulator& simulator);

    // Simulates as many scenarios at once as there is memory for; where the device says that there is not,
    // half as many.
    BatchResult run(const ScenarioBatch& batch) override;

  private:
    void sort(const ScenarioBatch& batch);
    template <class Real>
    void run_slice(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios, BatchResult& result);
    template <class Real>
    void fill_scalars(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios,
                      std::span<Real> out);
    void bring_columns(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios);
    void fill_columns(std::size_t count, std::span<std::int64_t> out);
    template <class Real>
    void simulate(std::size_t count);
    template <class Real>
    void take_results(std::span<const Real> values, std::span<const std::uint32_t> scenarios,
                      BatchResult& result) const;
    void end_what_is_under_way();
    void give_up_slice();

    GpuSimulator& simulator_;
    std::unique_ptr<DeviceKernel> simulate_kernel_;
    std::unique_ptr<DeviceKernel> series_kernel_; // this and the next: where columns are computed here
    std::unique_ptr<DeviceKernel> step_kernel_;
    SliceColumns columns_;
    GpuColumnComputer computer_;
    std::unique_ptr<HostColumns> host_columns_; // where they are not
    std::vector<std::uint32_t> order_;          // the batch's valid scenarios, those alike side by side
    DeviceArray<std::byte> slice_numbers_;
    DeviceArray<std::uint64_t> slice_bits_;
    DeviceArray<std::byte> scalars_;
    DeviceArray<std::int64_t> offsets_;
    DeviceArray<std::byte> statistics_;
    HostArray<std::byte> host_scalars_;
    HostArray<std::int64_t> host_offsets_;
    HostArray<std::byte> host_statistics_;
    // The last: what is under way, when a device fails, ends before the memory that it uses.
    std::unique_ptr<DeviceQueue> queue_;
};

} // namespace threadx
