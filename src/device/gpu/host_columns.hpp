// Columns for a device that has no float64: the host computes them, and the device gets what the simulation
// reads of them.
#pragma once

#include <vector>

#include "device/cpu/bar_columns.hpp"
#include "device/cpu/column_store.hpp"
#include "device/gpu/device_array.hpp"
#include "device/gpu/gpu_column_computer.hpp"
#include "device/gpu/gpu_columns.hpp"

namespace threadx {

// What all threads share: the host's own kept columns.
struct HostColumnTable {
    HostColumnTable(const Plan& host_plan, const Bars& bars)
        : bars_columns(bars, {.times = reads_time(fields_read(host_plan))}), kept(host_plan) {}
    BarColumns bars_columns;
    KeptColumns kept;
};

// One for each thread.
class HostColumns {
  public:
    // `plan`: of the host; its columns are those of the device's plan.
    HostColumns(const Graph& graph, const Plan& plan, HostColumnTable& table);

    // Uploads the slice's columns, as float32 or as bits. What it uploads is read until the queue was waited
    // for.
    void upload(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios,
                const SliceColumns& columns, DeviceQueue& queue, DeviceBuffer& kept_numbers,
                DeviceBuffer& kept_bits, DeviceBuffer& slice_numbers, DeviceBuffer& slice_bits);

  private:
    const Plan& plan_;
    std::size_t bars_;
    ColumnReader reader_;
    std::vector<std::vector<float>> numbers_; // on their way
};

} // namespace threadx
