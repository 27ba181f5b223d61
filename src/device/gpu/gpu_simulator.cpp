#include "device/gpu/gpu_simulator.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "device/cpu/bar_columns.hpp"
#include "device/gpu/gpu_bars_worker.hpp"
#include "device/gpu/gpu_worker.hpp"

namespace threadx {
namespace {

constexpr std::size_t most_scenarios_at_once = std::size_t{1} << 18U;
constexpr std::uint64_t least_memory = std::uint64_t{1} << 20U;

// Open, high, low and close of each bar side by side.
template <class Real>
std::vector<Real> bar_by_bar(const std::array<const Real*, 4>& prices, std::size_t bars) {
    std::vector<Real> out;
    out.reserve(4 * bars);
    for (std::size_t t = 0; t < bars; ++t)
        for (const Real* price : prices) out.push_back(price[t]);
    return out;
}

} // namespace

GpuSimulator::GpuSimulator(GpuDevice& device, const DeviceSweep& sweep, std::uint64_t memory_bytes,
                           std::uint64_t most_at_once, std::size_t workers)
    : device_(device), accelerator_(device.accelerator()), sweep_(sweep), memory_bytes_(memory_bytes),
      workers_(workers), bars_(sweep.bars.size()),
      number_bytes_(device.columns_here() ? sizeof(double) : sizeof(float)) {
    if (!device.columns_here()) host_columns_ = std::make_unique<HostColumnTable>(sweep.plan, sweep.bars);
    device_.program(sweep.precision);
    free_bytes_ = accelerator_.free_bytes();
    if (free_bytes_ != 0) memory_bytes_ = std::min(memory_bytes_, free_bytes_);
    take_memory(sweep.bars);
    rules_ = simulation_rules(sweep.strategy, plan_, sweep.execution, {0, bars_});
    rules_.blocks = sweep.scope.blocks;
    likeness_ = parameters_by_likeness(sweep.strategy.graph, plan_);
    slice_scenarios_ = most_at_once == 0 ? slice_limit() : std::min<std::size_t>(slice_limit(), most_at_once);
}

// What stays for the whole run: bars and kept columns, in half of the memory.
void GpuSimulator::take_memory(const Bars& bars) {
    for (;;) {
        const std::uint64_t planned = std::min(memory_bytes_, 2 * accelerator_.largest_buffer());
        plan_ =
            make_plan(sweep_.strategy, sweep_.plan.axes, sweep_.plan.scenarios, sweep_.plan.bars, planned);
        kept_ = std::make_unique<KeptLayout>(plan_, bars_);
        try {
            kept_numbers_.reserve(accelerator_, kept_->size().numbers * number_bytes_);
            kept_bits_.reserve(accelerator_, kept_->size().words);
            prices_.reserve(accelerator_, 4 * bars_ * sizeof(double));
            windows_.reserve(accelerator_, 2 * sweep_.scope.window_count());
            upload_bars(bars);
            upload_windows();
            return;
        } catch (const DeviceOutOfMemory& error) {
            if (memory_bytes_ / 2 < least_memory) throw;
            memory_bytes_ /= 2;
            note(fmt::format("{}; now {} bytes of it are used", error.what(), with_thousands(memory_bytes_)));
        }
        kept_numbers_.release();
        kept_bits_.release();
        prices_.release();
        windows_.release();
    }
}

void GpuSimulator::upload_bars(const Bars& bars) {
    const bool times = reads_time(fields_read(plan_));
    const BarColumns columns(
        bars, {.singles = sweep_.precision == Precision::float32, .ones = true, .times = times});
    const std::size_t padded = padded_bars(bars_);
    std::vector<float> singles(number_bytes_ == sizeof(float) ? kept_->series_count() * padded : 0);
    // After what it reads: it ends first, even if something is thrown.
    const std::unique_ptr<DeviceQueue> queue = accelerator_.make_queue();
    const auto upload = [&](DeviceBuffer& to, std::size_t at, const auto* values, std::size_t count) {
        queue->upload(to, at * sizeof(*values), std::as_bytes(std::span(values, count)));
    };
    const auto upload_series = [&](ColumnOffset offset, const double* values) {
        const auto at = static_cast<std::size_t>(offset);
        if (number_bytes_ == sizeof(double)) {
            upload(kept_numbers_.buffer(), at, values, padded);
            return;
        }
        std::transform(values, values + padded, singles.begin() + offset,
                       [](double x) { return static_cast<float>(x); });
        upload(kept_numbers_.buffer(), at, singles.data() + at, padded);
    };
    const int fields = static_cast<int>(kept_->series_count()) - 1;
    for (int field = 0; field < fields; ++field) upload_series(kept_->field(field), columns.field(field));
    upload_series(kept_->ones(), columns.ones());
    upload(kept_bits_.buffer(), static_cast<std::size_t>(KeptLayout::never()), columns.never(),
           padded / bars_per_word);
    std::vector<double> doubles;
    std::vector<float> floats;
    if (sweep_.precision == Precision::float32) {
        floats = bar_by_bar(columns.prices<float>(), bars_);
        upload(prices_.buffer(), 0, floats.data(), floats.size());
    } else {
        doubles = bar_by_bar(columns.prices<double>(), bars_);
        upload(prices_.buffer(), 0, doubles.data(), doubles.size());
    }
    queue->wait();
}

void GpuSimulator::upload_windows() {
    std::vector<std::int32_t> ends;
    for (std::size_t w = 0; w < sweep_.scope.window_count(); ++w) {
        const BarRange window = sweep_.scope.window(w, bars_);
        ends.push_back(static_cast<std::int32_t>(window.first));
        ends.push_back(static_cast<std::int32_t>(window.end));
    }
    const std::unique_ptr<DeviceQueue> queue = accelerator_.make_queue();
    queue->upload(windows_.buffer(), 0, std::as_bytes(std::span(ends)));
    queue->wait();
}

// Statistics, and sums up to the ends of blocks.
std::size_t GpuSimulator::numbers_back() const {
    const auto blocks = static_cast<std::size_t>(sweep_.scope.blocks);
    return sweep_.scope.window_count() * (statistic_count + (blocks == 0 ? 0 : 2 * (blocks - 1)));
}

// As many scenarios as a worker's memory holds the columns of, if no two share one.
std::size_t GpuSimulator::slice_limit() const {
    const std::size_t padded = padded_bars(bars_);
    std::uint64_t each = (32 + numbers_back()) * sizeof(double); // scalars, offsets, statistics
    for (const PlannedColumn& column : plan_.columns)
        if (!column.kept)
            each += column.boolean ? padded / 8
                                   : padded * number_bytes_ * static_cast<std::uint64_t>(column.outputs);
    const std::uint64_t kept = number_bytes_ * kept_->size().numbers + 8 * kept_->size().words;
    const std::uint64_t left = (memory_bytes_ - std::min(memory_bytes_, kept)) / workers_;
    const std::uint64_t one_buffer = accelerator_.largest_buffer() / std::max<std::uint64_t>(1, each);
    return std::clamp<std::size_t>(std::min(left / 2 / each, one_buffer), 1, most_scenarios_at_once);
}

void GpuSimulator::shrink(std::size_t failed, const std::string& error) {
    const std::size_t now = std::max<std::size_t>(1, failed / 2);
    std::size_t current = slice_scenarios_.load();
    shrunk_.store(true);
    while (current > now && !slice_scenarios_.compare_exchange_weak(current, now)) {
    }
    note(fmt::format("{}; {} scenarios at once were too many, now {}", error, with_thousands(failed),
                     with_thousands(now)));
}

void GpuSimulator::note(std::string text) {
    const std::lock_guard lock(notes_mutex_);
    notes_.push_back(std::move(text));
}

std::vector<std::string> GpuSimulator::notes() const {
    const std::lock_guard lock(notes_mutex_);
    return notes_;
}

std::optional<MemoryLimit> GpuSimulator::memory_limit() const {
    if (!shrunk_.load()) return std::nullopt;
    return MemoryLimit{slice_scenarios_.load(), free_bytes_};
}

std::string GpuSimulator::kernel() const {
    DeviceProgram& program = device_.program(sweep_.precision);
    std::string text = program.origin().empty() ? "the driver's compiler" : program.origin();
    if (const auto resources = program.make_kernel("simulate")->resources())
        text += fmt::format(": {} registers, {} bytes of local memory", resources->registers,
                            resources->local_bytes);
    return text;
}

std::unique_ptr<BatchWorker> GpuSimulator::make_worker() { return std::make_unique<GpuWorker>(*this); }

std::unique_ptr<BarsWorker> GpuSimulator::make_bars_worker(std::size_t workers) {
    return std::make_unique<GpuBarsWorker>(device_, sweep_, memory_bytes_ / 2 / workers); // half is its own
}

void GpuSimulator::replace_bars(const Bars& bars) {
    kept_->forget_columns();
    upload_bars(bars);
}

} // namespace threadx
