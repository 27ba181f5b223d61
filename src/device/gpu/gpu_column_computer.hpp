// Computes a slice's columns on an accelerator: a work item for each column of a kernel, and for each 64 bars
// of a step of an expression.
#pragma once

#include <cstdint>
#include <vector>

#include "device/gpu/device_array.hpp"
#include "device/gpu/gpu_columns.hpp"
#include "rules/graph.hpp"

namespace threadx {

// The memories that columns lie in.
struct ColumnMemory {
    const DeviceBuffer& kept_numbers;
    const DeviceBuffer& kept_bits;
    const DeviceBuffer& slice_numbers;
    const DeviceBuffer& slice_bits;
};

// One for each thread.
class GpuColumnComputer {
  public:
    GpuColumnComputer(const Graph& graph, const Plan& plan, std::size_t bars);

    // Plans the work: what the slice's memory must hold beyond its columns, with at most `scratch_bytes` of
    // intermediate results unless one column alone needs more.
    ColumnSpace prepare(const SliceColumns& columns, std::uint64_t scratch_bytes);

    // Puts all of it into the queue. Uploads are read until the queue was waited for.
    void launch(SliceColumns& columns, Accelerator& accelerator, DeviceQueue& queue,
                DeviceKernel& series_kernel, DeviceKernel& step_kernel, ColumnMemory memory);

    void release(); // the device's memory

  private:
    struct Scratch { // of a program's intermediate results
        std::size_t number_slots = 0;
        std::size_t boolean_slots = 0;
    };
    struct Bound { // an operand of one column
        ColumnOffset offset = 0;
        double scalar = 0.0;
        std::int64_t shift = 0;
    };
    struct Call {
        bool kernel = false;
        std::size_t column = 0;
        std::size_t step = 0;
        std::size_t jobs_at = 0;
        std::size_t scalars_at = 0;
        std::size_t count = 0;
    };
    static Scratch scratch_of(const PlannedColumn& column);
    std::size_t chunk_of(const PlannedColumn& column) const; // columns computed together
    void add_kernel(SliceColumns& columns, std::size_t index);
    void add_steps(SliceColumns& columns, std::size_t index);
    int kind_of(const PlannedColumn& column, const Operand& operand) const;
    Bound bind(SliceColumns& columns, const PlannedColumn& column, const Operand& operand,
               const ColumnJob& job, std::size_t k, std::size_t chunk) const;
    ColumnOffset slot_offset(const Step& step, std::size_t k, std::size_t chunk) const;

    const Graph& graph_;
    const Plan& plan_;
    std::size_t bars_;
    std::size_t padded_;
    std::size_t words_;
    std::uint64_t scratch_bytes_ = 0;
    ColumnSpace scratch_begin_; // after the slice's columns
    std::vector<std::int64_t> jobs_;
    std::vector<double> scalars_;
    std::vector<Call> calls_;
    DeviceArray<std::int64_t> device_jobs_;
    DeviceArray<double> device_scalars_;
};

} // namespace threadx
