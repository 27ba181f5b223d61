#include "device/gpu/gpu_column_computer.hpp"

#include <algorithm>
#include <limits>

#include "device/cpu/column.hpp"

namespace threadx {
namespace {

// What an operand of a step is: the numbers of kernels/work_items.h.
enum OperandForm : int { form_scalar = 0, form_numbers = 1, form_bits = 2 };

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

} // namespace

GpuColumnComputer::GpuColumnComputer(const Graph& graph, const Plan& plan, std::size_t bars)
    : graph_(graph), plan_(plan), bars_(bars), padded_(padded_bars(bars)), words_(padded_ / bars_per_word) {}

GpuColumnComputer::Scratch GpuColumnComputer::scratch_of(const PlannedColumn& column) {
    Scratch scratch;
    for (std::size_t i = 0; i + 1 < column.steps.size(); ++i) { // the last one writes the column itself
        const Step& step = column.steps[i];
        std::size_t& slots = step.boolean ? scratch.boolean_slots : scratch.number_slots;
        slots = std::max(slots, static_cast<std::size_t>(step.slot) + 1);
    }
    return scratch;
}

std::size_t GpuColumnComputer::chunk_of(const PlannedColumn& column) const {
    const Scratch scratch = scratch_of(column);
    const std::size_t each = 8 * (scratch.number_slots * padded_ + scratch.boolean_slots * words_);
    const std::size_t by_items = static_cast<std::size_t>(std::numeric_limits<int>::max() / 2) / words_;
    const std::size_t by_memory = each == 0 ? by_items : scratch_bytes_ / each;
    return std::max<std::size_t>(1, std::min(by_items, by_memory));
}

ColumnSpace GpuColumnComputer::prepare(const SliceColumns& columns, std::uint64_t scratch_bytes) {
    scratch_bytes_ = scratch_bytes;
    scratch_begin_ = columns.slice_size();
    ColumnSpace scratch;
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
        const PlannedColumn& column = plan_.columns[i];
        const std::size_t count = std::min(columns.jobs(i).size(), chunk_of(column));
        const Scratch slots = scratch_of(column);
        scratch.numbers = std::max(scratch.numbers, count * slots.number_slots * padded_);
        scratch.words = std::max(scratch.words, count * slots.boolean_slots * words_);
    }
    return scratch;
}

void GpuColumnComputer::add_kernel(SliceColumns& columns, std::size_t index) {
    const PlannedColumn& column = plan_.columns[index];
    const std::span<const ColumnJob> jobs = columns.jobs(index);
    calls_.push_back({true, index, 0, jobs_.size(), scalars_.size(), jobs.size()});
    for (const Operand& source : column.sources)
        for (const ColumnJob& job : jobs) jobs_.push_back(columns.require(source, job.place));
    for (const ColumnJob& job : jobs) jobs_.push_back(job.offset);
    for (const NodeId scalar : column.scalars)
        for (const ColumnJob& job : jobs)
            scalars_.push_back(evaluate_scalar(graph_, scalar, columns.parameters(job.place)));
}

int GpuColumnComputer::kind_of(const PlannedColumn& column, const Operand& operand) const {
    switch (operand.kind) {
    case OperandKind::none:
    case OperandKind::scalar: return form_scalar;
    case OperandKind::field: return form_numbers;
    case OperandKind::step:
        return column.steps[static_cast<std::size_t>(operand.index)].boolean ? form_bits : form_numbers;
    case OperandKind::column:
        return plan_.columns[static_cast<std::size_t>(operand.index)].boolean ? form_bits : form_numbers;
    }
    return form_scalar;
}

ColumnOffset GpuColumnComputer::slot_offset(const Step& step, std::size_t k, std::size_t chunk) const {
    const std::size_t at = static_cast<std::size_t>(step.slot) * chunk + k;
    return step.boolean ? slice_offset(scratch_begin_.words + at * words_)
                        : slice_offset(scratch_begin_.numbers + at * padded_);
}

GpuColumnComputer::Bound GpuColumnComputer::bind(SliceColumns& columns, const PlannedColumn& column,
                                                 const Operand& operand, const ColumnJob& job, std::size_t k,
                                                 std::size_t chunk) const {
    const auto scalar = [&](NodeId node) {
        return evaluate_scalar(graph_, node, columns.parameters(job.place));
    };
    Bound bound;
    switch (operand.kind) {
    case OperandKind::none: break;
    case OperandKind::scalar: bound.scalar = scalar(operand.node); break;
    case OperandKind::step:
        bound.offset = slot_offset(column.steps[static_cast<std::size_t>(operand.index)], k, chunk);
        break;
    case OperandKind::field:
    case OperandKind::column: bound.offset = columns.require(operand, job.place); break;
    }
    if (operand.shift)
        bound.shift =
            static_cast<std::int64_t>(std::min(scalar(*operand.shift), static_cast<double>(padded_)));
    return bound;
}

void GpuColumnComputer::add_steps(SliceColumns& columns, std::size_t index) {
    const PlannedColumn& column = plan_.columns[index];
    const std::span<const ColumnJob> all = columns.jobs(index);
    const std::size_t chunk = std::min(all.size(), chunk_of(column));
    for (std::size_t first = 0; first < all.size(); first += chunk) {
        const std::span<const ColumnJob> jobs = all.subspan(first, std::min(chunk, all.size() - first));
        for (std::size_t s = 0; s < column.steps.size(); ++s) {
            const Step& step = column.steps[s];
            const bool last = s + 1 == column.steps.size();
            const std::size_t n = jobs.size();
            calls_.push_back({false, index, s, jobs_.size(), scalars_.size(), n});
            jobs_.resize(jobs_.size() + 7 * n);
            scalars_.resize(scalars_.size() + 3 * n);
            std::int64_t* job_row = jobs_.data() + calls_.back().jobs_at;
            double* scalar_row = scalars_.data() + calls_.back().scalars_at;
            for (std::size_t k = 0; k < n; ++k) {
                const Bound a = bind(columns, column, step.a, jobs[k], k, chunk);
                const Bound b = bind(columns, column, step.b, jobs[k], k, chunk);
                const Bound c = bind(columns, column, step.c, jobs[k], k, chunk);
                job_row[k] = a.offset;
                job_row[k + n] = a.shift;
                job_row[k + 2 * n] = b.offset;
                job_row[k + 3 * n] = b.shift;
                job_row[k + 4 * n] = c.offset;
                job_row[k + 5 * n] = c.shift;
                job_row[k + 6 * n] = last ? jobs[k].offset : slot_offset(step, k, chunk);
                scalar_row[k] = a.scalar;
                scalar_row[k + n] = b.scalar;
                scalar_row[k + 2 * n] = c.scalar;
            }
        }
    }
}

void GpuColumnComputer::launch(SliceColumns& columns, Accelerator& accelerator, DeviceQueue& queue,
                               DeviceKernel& series_kernel, DeviceKernel& step_kernel, ColumnMemory memory) {
    jobs_.clear();
    scalars_.clear();
    calls_.clear();
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
        if (columns.jobs(i).empty()) continue;
        if (plan_.columns[i].kernel >= 0)
            add_kernel(columns, i);
        else
            add_steps(columns, i);
    }
    if (calls_.empty()) return;
    device_jobs_.reserve(accelerator, jobs_.size());
    device_scalars_.reserve(accelerator, scalars_.size());
    queue.upload(device_jobs_.buffer(), 0, bytes_of(jobs_));
    if (!scalars_.empty()) queue.upload(device_scalars_.buffer(), 0, bytes_of(scalars_));
    const auto bars = static_cast<int>(bars_);
    const auto padded = static_cast<int>(padded_);
    const auto words = static_cast<int>(words_);
    for (const Call& call : calls_) {
        const PlannedColumn& column = plan_.columns[call.column];
        const auto count = static_cast<int>(call.count);
        const auto jobs_at = static_cast<std::int64_t>(call.jobs_at);
        if (call.kernel) {
            const KernelArgument arguments[] = {memory.kept_numbers,
                                                memory.slice_numbers,
                                                device_jobs_.buffer(),
                                                jobs_at,
                                                device_scalars_.buffer(),
                                                static_cast<std::int64_t>(call.scalars_at),
                                                count,
                                                column.kernel,
                                                static_cast<int>(column.sources.size()),
                                                static_cast<int>(column.scalars.size()),
                                                column.outputs,
                                                bars,
                                                padded};
            queue.launch(series_kernel, call.count, arguments);
        } else {
            const Step& step = column.steps[call.step];
            const KernelArgument arguments[] = {memory.kept_numbers,
                                                memory.slice_numbers,
                                                memory.kept_bits,
                                                memory.slice_bits,
                                                device_jobs_.buffer(),
                                                jobs_at,
                                                device_scalars_.buffer(),
                                                static_cast<std::int64_t>(call.scalars_at),
                                                count,
                                                words,
                                                bars,
                                                static_cast<int>(step.op),
                                                step.boolean ? 1 : 0,
                                                step.crossing ? 1 : 0,
                                                kind_of(column, step.a),
                                                kind_of(column, step.b),
                                                kind_of(column, step.c)};
            queue.launch(step_kernel, call.count * words_, arguments);
        }
    }
}

void GpuColumnComputer::release() {
    device_jobs_.release();
    device_scalars_.release();
}

} // namespace threadx
