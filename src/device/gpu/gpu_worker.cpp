#include "device/gpu/gpu_worker.hpp"

#include <algorithm>

namespace threadx {
namespace {

constexpr std::size_t scalar_count = 5;
constexpr std::size_t offset_count = 6;

template <class Real>
std::span<Real> as(std::span<std::byte> bytes) {
    return {reinterpret_cast<Real*>(bytes.data()), bytes.size() / sizeof(Real)};
}

} // namespace

GpuWorker::GpuWorker(GpuSimulator& simulator)
    : simulator_(simulator), columns_(simulator.plan_, simulator.bars_, *simulator.kept_),
      computer_(simulator.sweep_.strategy.graph, simulator.plan_, simulator.bars_),
      queue_(simulator.accelerator_.make_queue()) {
    DeviceProgram& program = simulator.device_.program(simulator.sweep_.precision);
    simulate_kernel_ = program.make_kernel("simulate");
    if (simulator.host_columns_) {
        host_columns_ = std::make_unique<HostColumns>(simulator.sweep_.strategy.graph, simulator.sweep_.plan,
                                                      *simulator.host_columns_);
    } else {
        series_kernel_ = program.make_kernel("compute_series");
        step_kernel_ = program.make_kernel("compute_step");
    }
}

BatchResult GpuWorker::run(const ScenarioBatch& batch) {
    BatchResult result = empty_result(batch.count, simulator_.sweep_.scope);
    order_.clear();
    for (std::size_t i = 0; i < batch.count; ++i) {
        result.valid[i] = scenario_is_valid(simulator_.sweep_.strategy.graph, batch.parameters_of(i));
        if (result.valid[i]) order_.push_back(static_cast<std::uint32_t>(i));
    }
    sort(batch);
    for (std::size_t first = 0; first < order_.size();) {
        const std::size_t count = std::min(simulator_.slice_scenarios_.load(), order_.size() - first);
        const std::span<const std::uint32_t> slice = std::span(order_).subspan(first, count);
        try {
            if (simulator_.sweep_.precision == Precision::float64)
                run_slice<double>(batch, slice, result);
            else
                run_slice<float>(batch, slice, result);
            first += count;
        } catch (const DeviceOutOfMemory& error) {
            give_up_slice();
            if (count == 1) throw;
            simulator_.shrink(count, error.what());
        }
    }
    return result;
}

// Scenarios that trade alike side by side: work items that act at the same bars are done sooner together.
void GpuWorker::sort(const ScenarioBatch& batch) {
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return stands_before(batch, simulator_.likeness_, a, b);
    });
}

template <class Real>
void GpuWorker::fill_scalars(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios,
                             std::span<Real> out) {
    const std::size_t count = scenarios.size();
    for (std::size_t i = 0; i < count; ++i) {
        const ScenarioScalars in = scenario_scalars(simulator_.sweep_.strategy, simulator_.plan_,
                                                    simulator_.bars_, batch.parameters_of(scenarios[i]));
        const double values[scalar_count] = {in.size, in.max_hold, in.spacing, in.stop_scale,
                                             in.target_scale};
        for (std::size_t k = 0; k < scalar_count; ++k) out[k * count + i] = static_cast<Real>(values[k]);
    }
}

// The offsets of stop, target and signals; what they need is required with them.
void GpuWorker::fill_columns(std::size_t count, std::span<std::int64_t> out) {
    const Plan& plan = simulator_.plan_;
    const KeptLayout& kept = *simulator_.kept_;
    for (std::size_t i = 0; i < count; ++i) {
        const auto place = static_cast<std::uint32_t>(i);
        out[i] = plan.stop ? columns_.require(plan.stop->column, place) : kept.ones();
        out[count + i] = plan.target ? columns_.require(plan.target->column, place) : kept.ones();
        for (std::size_t s = 0; s < plan.signals.size(); ++s)
            out[(2 + s) * count + i] =
                plan.signals[s] < 0 ? KeptLayout::never() : columns_.require(plan.signals[s], place);
    }
}

// Computes or uploads what is required and not there yet.
void GpuWorker::bring_columns(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios) {
    Accelerator& accelerator = simulator_.accelerator_;
    if (host_columns_) {
        slice_numbers_.reserve(accelerator, columns_.slice_size().numbers * sizeof(float));
        slice_bits_.reserve(accelerator, columns_.slice_size().words);
        host_columns_->upload(batch, scenarios, columns_, *queue_, simulator_.kept_numbers_.buffer(),
                              simulator_.kept_bits_.buffer(), slice_numbers_.buffer(), slice_bits_.buffer());
        return;
    }
    const ColumnSpace space = columns_.slice_size();
    const ColumnSpace scratch =
        computer_.prepare(columns_, simulator_.memory_bytes_ / simulator_.workers_ / 8);
    slice_numbers_.reserve(accelerator, (space.numbers + scratch.numbers) * sizeof(double));
    slice_bits_.reserve(accelerator, space.words + scratch.words);
    computer_.launch(columns_, accelerator, *queue_, *series_kernel_, *step_kernel_,
                     {simulator_.kept_numbers_.buffer(), simulator_.kept_bits_.buffer(),
                      slice_numbers_.buffer(), slice_bits_.buffer()});
}

template <class Real>
void GpuWorker::simulate(std::size_t count) {
    const SimRules& rules = simulator_.rules_;
    const std::size_t items = count * simulator_.sweep_.scope.window_count();
    const Execution& execution = simulator_.sweep_.execution;
    const KernelArgument arguments[] = {simulator_.prices_.buffer(),
                                        simulator_.kept_numbers_.buffer(),
                                        slice_numbers_.buffer(),
                                        simulator_.kept_bits_.buffer(),
                                        slice_bits_.buffer(),
                                        scalars_.buffer(),
                                        offsets_.buffer(),
                                        simulator_.windows_.buffer(),
                                        statistics_.buffer(),
                                        static_cast<int>(count),
                                        static_cast<int>(items),
                                        rules.blocks,
                                        static_cast<Real>(execution.capital),
                                        static_cast<Real>(execution.fee),
                                        static_cast<Real>(execution.slippage),
                                        static_cast<Real>(execution.leverage),
                                        rules.fill,
                                        rules.ambiguity,
                                        rules.size_kind,
                                        rules.has_stop,
                                        rules.has_target,
                                        rules.trailing,
                                        rules.reverse,
                                        rules.close_at_end};
    queue_->launch(*simulate_kernel_, items, arguments);
}

template <class Real>
void GpuWorker::run_slice(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios,
                          BatchResult& result) {
    Accelerator& accelerator = simulator_.accelerator_;
    const std::size_t count = scenarios.size();
    const std::span<std::byte> scalars =
        host_scalars_.reserve(accelerator, scalar_count * count * sizeof(Real));
    const std::span<std::int64_t> offsets = host_offsets_.reserve(accelerator, offset_count * count);
    const std::span<std::byte> statistics =
        host_statistics_.reserve(accelerator, simulator_.numbers_back() * count * sizeof(Real));
    scalars_.reserve(accelerator, scalars.size());
    offsets_.reserve(accelerator, offsets.size());
    statistics_.reserve(accelerator, statistics.size());
    fill_scalars(batch, scenarios, as<Real>(scalars));

    std::unique_lock lock(simulator_.kept_mutex_);
    columns_.begin(batch, scenarios);
    try {
        fill_columns(count, offsets);
        if (!host_columns_) columns_.require_inputs();
        if (!columns_.adds_kept()) lock.unlock(); // what is read from here on was there before
        queue_->mark(0);
        bring_columns(batch, scenarios);
        if (lock.owns_lock()) queue_->wait(); // other queues may read them from now on
    } catch (...) {
        end_what_is_under_way(); // others may have these places now
        if (lock.owns_lock()) columns_.forget_kept();
        throw;
    }
    if (lock.owns_lock()) lock.unlock();

    queue_->upload(scalars_.buffer(), 0, scalars);
    queue_->upload(offsets_.buffer(), 0, std::as_bytes(offsets));
    queue_->mark(1);
    simulate<Real>(count);
    queue_->mark(2);
    queue_->download(statistics, statistics_.buffer(), 0);
    queue_->mark(3);
    queue_->wait();
    result.column_seconds += queue_->seconds_between(0, 1);
    result.simulation_seconds += queue_->seconds_between(1, 2);
    result.transfers.up_bytes += scalars.size_bytes() + offsets.size_bytes();
    result.transfers.down_bytes += statistics.size_bytes();
    result.transfers.down_seconds += queue_->seconds_between(2, 3);

    take_results<Real>(as<Real>(statistics), scenarios, result);
}

template <class Real>
void GpuWorker::take_results(std::span<const Real> values, std::span<const std::uint32_t> scenarios,
                             BatchResult& result) const {
    const SimulationScope& scope = simulator_.sweep_.scope;
    const std::size_t windows = scope.window_count();
    const std::size_t items = scenarios.size() * windows;
    for (std::size_t item = 0; item < items; ++item) {
        const std::size_t place = scenarios[item % scenarios.size()] * windows + item / scenarios.size();
        Statistics& out = result.statistics[place];
        std::size_t row = 0;
#define THREADX_LOAD(name) out.name = static_cast<double>(values[row++ * items + item]);
        SIM_STATISTICS(THREADX_LOAD)
#undef THREADX_LOAD
        set_block_sums(result, scope, place, [&](std::size_t block, std::size_t k) {
            return static_cast<double>(values[(row + 2 * block + k) * items + item]);
        });
    }
}

void GpuWorker::end_what_is_under_way() {
    try {
        queue_->wait();
    } catch (const DeviceError&) { // what went wrong is said already; a device that is lost does nothing more
    }
}

// What is still under way may use the memory that is given back.
void GpuWorker::give_up_slice() {
    end_what_is_under_way();
    computer_.release();
    slice_numbers_.release();
    slice_bits_.release();
    scalars_.release();
    offsets_.release();
    statistics_.release();
    host_scalars_.release();
    host_offsets_.release();
    host_statistics_.release();
}

} // namespace threadx
