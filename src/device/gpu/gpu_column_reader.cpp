#include "device/gpu/gpu_column_reader.hpp"

#include "device/gpu/gpu_column_computer.hpp"
#include "device/gpu/gpu_columns.hpp"

namespace threadx {
namespace {

// Of intermediate results; one column alone may need more.
constexpr std::uint64_t scratch_bytes = std::uint64_t{64} << 20U;

} // namespace

GpuColumnReader::GpuColumnReader(GpuDevice& device)
    : device_(device), queue_(device.accelerator().make_queue()) {
    DeviceProgram& program = device.program(Precision::float64);
    series_kernel_ = program.make_kernel("compute_series");
    step_kernel_ = program.make_kernel("compute_step");
}

std::vector<Column> GpuColumnReader::read(const Graph& graph, const Plan& plan, const BarSeries& series,
                                          std::size_t bars, std::span<const int> wanted) {
    const std::lock_guard lock(mutex_);
    Accelerator& accelerator = device_.accelerator();
    KeptLayout kept(plan, bars); // a plan of one scenario keeps all its columns
    const ScenarioBatch batch{1, 0, 0, {}, {}};
    const std::uint32_t scenario = 0;
    SliceColumns slice(plan, bars, kept);
    slice.begin(batch, std::span(&scenario, 1));
    std::vector<std::size_t> places;
    for (const int column : wanted) places.push_back(static_cast<std::size_t>(slice.require(column, 0)));
    slice.require_inputs();

    // What the queue reads and writes until it was waited for.
    GpuColumnComputer computer(graph, plan, bars);
    std::vector<Column> columns;
    try {
        const ColumnSpace scratch = computer.prepare(slice, scratch_bytes);
        kept_numbers_.reserve(accelerator, kept.size().numbers);
        kept_bits_.reserve(accelerator, kept.size().words);
        scratch_numbers_.reserve(accelerator, scratch.numbers);
        scratch_bits_.reserve(accelerator, scratch.words);
        const BarFieldSet fields = fields_read(plan);
        for (std::size_t field = 0; field < fields.size(); ++field) {
            if (!fields[field]) continue;
            const auto at = static_cast<std::size_t>(kept.field(static_cast<int>(field)));
            queue_->upload(kept_numbers_.buffer(), at * sizeof(double), std::as_bytes(series[field]));
        }
        computer.launch(
            slice, accelerator, *queue_, *series_kernel_, *step_kernel_,
            {kept_numbers_.buffer(), kept_bits_.buffer(), scratch_numbers_.buffer(), scratch_bits_.buffer()});
        const std::size_t padded = padded_bars(bars);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const bool boolean = plan.columns[static_cast<std::size_t>(wanted[i])].boolean;
            const Column& column = columns.emplace_back(boolean, bars);
            if (boolean)
                queue_->download(std::as_writable_bytes(std::span(column.bits(), padded / bars_per_word)),
                                 kept_bits_.buffer(), places[i] * sizeof(std::uint64_t));
            else
                queue_->download(std::as_writable_bytes(std::span(column.numbers(), padded)),
                                 kept_numbers_.buffer(), places[i] * sizeof(double));
        }
        queue_->wait();
    } catch (...) {
        give_up();
        throw;
    }
    return columns;
}

// What is still under way may use the memory that is given back.
void GpuColumnReader::give_up() {
    try {
        queue_->wait();
    } catch (const DeviceError&) { // what went wrong is said already; a device that is lost does nothing more
    }
    kept_numbers_.release();
    kept_bits_.release();
    scratch_numbers_.release();
    scratch_bits_.release();
}

} // namespace threadx
