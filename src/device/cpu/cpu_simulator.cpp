#include "device/cpu/cpu_simulator.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr std::size_t largest_slice = 4096;

static_assert(statistic_count <= max_statistics);

bool is_stored(const Operand& operand) {
    return operand.kind == OperandKind::field || operand.kind == OperandKind::column;
}

// Whether a distance is a scale alone, the same at each bar.
bool reads_ones(const Plan& plan) {
    return (plan.stop && !is_stored(plan.stop->column)) || (plan.target && !is_stored(plan.target->column));
}

// What inputs_of() gets.
std::vector<int> columns_read(const Plan& plan) {
    std::vector<int> columns;
    const auto add = [&](const Operand& operand) {
        if (operand.kind == OperandKind::column) columns.push_back(operand.index);
    };
    if (plan.stop) add(plan.stop->column);
    if (plan.target) add(plan.target->column);
    for (std::size_t i = 0; i < plan.signals.size(); ++i) {
        if (const auto& level = plan.levels[i]) {
            add(level->series);
            if (level->band) add(level->band->base);
            if (level->band) add(level->band->width);
        } else if (plan.signals[i] >= 0) {
            columns.push_back(plan.signals[i]);
        }
    }
    return columns;
}

} // namespace

CpuSimulator::CpuSimulator(const Strategy& strategy, const Plan& plan, const Bars& bars, Execution execution,
                           Precision precision, const KernelTable& kernels, std::size_t workers)
    : strategy_(strategy), plan_(plan), execution_(std::move(execution)), precision_(precision),
      kernels_(kernels), workers_(workers),
      bars_(bars, {precision == Precision::float32, reads_ones(plan), reads_time(fields_read(plan))}),
      kept_(plan) {
    // Bars are numbered in lanes; beyond these numbers neighbours would be one.
    const std::size_t most = precision == Precision::float32
                                 ? std::size_t{1} << 24U
                                 : static_cast<std::size_t>(std::numeric_limits<int>::max()) - 512;
    if (bars.size() > most)
        throw InputError(fmt::format("{} bars are too many for {}: at most {}", with_thousands(bars.size()),
                                     precision == Precision::float32 ? "float32" : "one run",
                                     with_thousands(most)));
    const std::uint64_t budget = (plan.budget_bytes - std::min(plan.budget_bytes, plan.kept_bytes)) /
                                 std::max<std::size_t>(1, workers);
    const std::uint64_t each = std::max<std::uint64_t>(1, plan.slice_bytes_per_scenario);
    slice_scenarios_ = std::clamp<std::size_t>(budget / each, lanes(), largest_slice);
    likeness_ = parameters_by_likeness(strategy.graph, plan);
    read_columns_ = columns_read(plan);
}

std::size_t CpuSimulator::lanes() const {
    return static_cast<std::size_t>(precision_ == Precision::float64 ? kernels_.lanes64 : kernels_.lanes32);
}

double CpuSimulator::kept_items_computed() const {
    if (kept_.computed() == 0) return 0.0;
    return kept_column_items(plan_) * static_cast<double>(kept_.computed()) /
           static_cast<double>(kept_.combinations());
}

CpuSimulator::Worker::Worker(CpuSimulator& simulator)
    : simulator_(simulator), columns_(simulator.strategy_.graph, simulator.plan_, simulator.bars_,
                                      simulator.kernels_, simulator.kept_) {
    const std::lock_guard lock(simulator_.mutex_);
    ++simulator_.working_;
}

CpuSimulator::Worker::~Worker() {
    if (!working_) return;
    const std::lock_guard lock(simulator_.mutex_);
    --simulator_.working_;
    simulator_.changed_.notify_all();
}

const double* CpuSimulator::Worker::stored_series(const Operand& operand, const ScenarioPoint& point) {
    switch (operand.kind) {
    case OperandKind::field: return simulator_.bars_.field(operand.index);
    case OperandKind::column:
        return columns_.get(operand.index, point).numbers +
               static_cast<std::size_t>(operand.output) * padded_bars(simulator_.bars_.bars());
    default: return simulator_.bars_.ones();
    }
}

CpuSimulator::Inputs::Level CpuSimulator::Worker::level_of(const LevelSignal& signal,
                                                           const ScenarioPoint& point) {
    Inputs::Level level;
    level.series = stored_series(signal.series, point);
    level.scalar = evaluate_scalar(simulator_.strategy_.graph, signal.level, point.parameters);
    if (signal.band) {
        level.base = stored_series(signal.band->base, point);
        level.width = stored_series(signal.band->width, point);
        if (signal.band->under) level.scalar = -level.scalar; // the same bits as subtracting
    }
    return level;
}

CpuSimulator::Inputs CpuSimulator::Worker::inputs_of(const ScenarioBatch& batch, std::size_t index,
                                                     std::uint64_t slice_index, SignalForm form) {
    const Strategy& strategy = simulator_.strategy_;
    const Plan& plan = simulator_.plan_;
    const ScenarioPoint point = batch.point(index, slice_index);
    Inputs in{};
    in.index = index;
    in.scalars = scenario_scalars(strategy, plan, simulator_.bars_.bars(), point.parameters);
    if (plan.stop) in.stop_column = stored_series(plan.stop->column, point);
    if (plan.target) in.target_column = stored_series(plan.target->column, point);
    for (std::size_t i = 0; i < plan.signals.size(); ++i) {
        if (plan.signals[i] < 0) {
            in.signals[i] = simulator_.bars_.never();
        } else if (const auto& level = plan.levels[i]; level && form == SignalForm::as_planned) {
            in.levels[i] = level_of(*level, point);
        } else {
            in.signals[i] = columns_.get(plan.signals[i], point).bits;
        }
    }
    return in;
}

// A job with all that is the same for every scenario.
template <class Real>
PackJob<Real> CpuSimulator::Worker::empty_job(SignalForm form) const {
    const std::array<const Real*, 4> prices = simulator_.bars_.prices<Real>();
    PackJob<Real> job{};
    job.open = prices[0];
    job.high = prices[1];
    job.low = prices[2];
    job.close = prices[3];
    job.rules = simulation_rules(simulator_.strategy_, simulator_.plan_, simulator_.execution_,
                                 simulator_.bars_.bars());
    if (form == SignalForm::columns) return job;
    for (std::size_t i = 0; i < simulator_.plan_.levels.size(); ++i)
        if (const auto& level = simulator_.plan_.levels[i])
            job.levels[i] = {true, level->below, level->crossing, level->band.has_value(), {}, {}, {}, {}};
    return job;
}

template <class Real>
void CpuSimulator::Worker::fill_lane(PackJob<Real>& job, std::size_t lane, const Inputs& in) const {
    const Execution& execution = simulator_.execution_;
    job.capital[lane] = static_cast<Real>(execution.capital);
    job.fee[lane] = static_cast<Real>(execution.fee);
    job.slippage[lane] = static_cast<Real>(execution.slippage);
    job.leverage[lane] = static_cast<Real>(execution.leverage);
    job.size[lane] = static_cast<Real>(in.scalars.size);
    job.max_hold[lane] = static_cast<Real>(in.scalars.max_hold);
    job.spacing[lane] = static_cast<Real>(in.scalars.spacing);
    job.stop_scale[lane] = static_cast<Real>(in.scalars.stop_scale);
    job.target_scale[lane] = static_cast<Real>(in.scalars.target_scale);
    job.stop_column[lane] = in.stop_column;
    job.target_column[lane] = in.target_column;
    for (std::size_t i = 0; i < 4; ++i) {
        job.signals[i][lane] = in.signals[i];
        job.levels[i].series[lane] = in.levels[i].series;
        job.levels[i].base[lane] = in.levels[i].base;
        job.levels[i].width[lane] = in.levels[i].width;
        job.levels[i].scalar[lane] = in.levels[i].scalar;
    }
}

template <class Real>
void CpuSimulator::Worker::simulate(OpenSlice& slice) {
    const std::size_t lanes = simulator_.lanes();
    const std::size_t count = slice.scenarios.size();
    PackJob<Real> job = empty_job<Real>(SignalForm::as_planned);
    for (std::size_t first = slice.next.fetch_add(lanes); first < count;
         first = slice.next.fetch_add(lanes)) {
        const std::size_t used = std::min(lanes, count - first);
        for (std::size_t k = 0; k < lanes; ++k) // idle lanes repeat the last scenario
            fill_lane(job, k, slice.scenarios[first + std::min(k, used - 1)]);
        if constexpr (sizeof(Real) == 8)
            simulator_.kernels_.simulate64(job);
        else
            simulator_.kernels_.simulate32(job);
        for (std::size_t k = 0; k < used; ++k) {
            Statistics& out = slice.result.statistics[slice.scenarios[first + k].index];
            std::size_t row = 0;
#define THREADX_LOAD(name) out.name = static_cast<double>(job.statistics[row++][k]);
            SIM_STATISTICS(THREADX_LOAD)
#undef THREADX_LOAD
        }
    }
}

void CpuSimulator::Worker::simulate_packs(OpenSlice& slice) {
    if (simulator_.precision_ == Precision::float64)
        simulate<double>(slice);
    else
        simulate<float>(slice);
}

// The own slice, with whoever helps. They read this worker's columns, so it waits for them.
void CpuSimulator::Worker::simulate_slice(BatchResult& result) {
    OpenSlice slice{slice_, result};
    {
        const std::lock_guard lock(simulator_.mutex_);
        simulator_.open_.push_back(&slice);
        simulator_.changed_.notify_all();
    }
    simulate_packs(slice);
    std::unique_lock lock(simulator_.mutex_);
    std::erase(simulator_.open_, &slice);
    simulator_.changed_.wait(lock, [&] { return slice.helpers == 0; });
    result.simulation_seconds += slice.helper_seconds;
    result.helper_seconds += slice.helper_seconds;
}

void CpuSimulator::Worker::help() {
    std::unique_lock lock(simulator_.mutex_);
    working_ = false;
    --simulator_.working_;
    simulator_.changed_.notify_all();
    for (;;) {
        const auto found =
            std::find_if(simulator_.open_.begin(), simulator_.open_.end(),
                         [](OpenSlice* slice) { return slice->next.load() < slice->scenarios.size(); });
        if (found != simulator_.open_.end()) {
            OpenSlice& slice = **found;
            ++slice.helpers;
            lock.unlock();
            const Clock::time_point start = Clock::now();
            simulate_packs(slice);
            const double seconds = seconds_since(start);
            lock.lock();
            slice.helper_seconds += seconds;
            --slice.helpers;
            simulator_.changed_.notify_all();
        } else if (simulator_.working_ == 0) {
            return;
        } else {
            simulator_.changed_.wait(lock);
        }
    }
}

// Puts scenarios that trade alike side by side. Which scenarios share a pack makes no difference to their
// bits; a pack whose lanes act at the same bars is done sooner.
void CpuSimulator::Worker::sort_slice(const ScenarioBatch& batch) {
    std::sort(slice_.begin(), slice_.end(), [&](const Inputs& a, const Inputs& b) {
        return stands_before(batch, simulator_.likeness_, a.index, b.index);
    });
}

// Two threads would wait for one another, each for the columns that the other began first. So each computes
// what nobody has begun for any of its scenarios, before it reads what the first of them needs.
void CpuSimulator::Worker::prepare_columns(const ScenarioBatch& batch, std::size_t first, std::size_t last,
                                           const std::vector<bool>& valid) {
    for (std::size_t i = first; i < last; ++i)
        for (const int column : simulator_.read_columns_)
            if (valid[i]) columns_.prepare(column, batch.point(i, i - first));
}

std::optional<Recording> CpuSimulator::Worker::record(const ScenarioBatch& batch, std::size_t index) {
    if (!scenario_is_valid(simulator_.strategy_.graph, batch.parameters_of(index))) return std::nullopt;
    columns_.end_slice();
    PackJob<double> job = empty_job<double>(SignalForm::columns);
    fill_lane(job, 0, inputs_of(batch, index, 0, SignalForm::columns));
    return record_simulation(job);
}

ColumnView CpuSimulator::Worker::column(int column, const ScenarioBatch& batch, std::size_t index) {
    columns_.end_slice();
    return columns_.get(column, batch.point(index, 0));
}

BatchResult CpuSimulator::Worker::run(const ScenarioBatch& batch) {
    BatchResult result;
    result.statistics.resize(batch.count);
    result.valid.resize(batch.count);
    columns_.end_slice();
    for (std::size_t first = 0; first < batch.count; first += simulator_.slice_scenarios_) {
        const std::size_t last = std::min(batch.count, first + simulator_.slice_scenarios_);
        Clock::time_point start = Clock::now();
        slice_.clear();
        for (std::size_t i = first; i < last; ++i)
            result.valid[i] = scenario_is_valid(simulator_.strategy_.graph, batch.parameters_of(i));
        if (simulator_.workers_ > 1 && !simulator_.kept_.all_computed())
            prepare_columns(batch, first, last, result.valid);
        for (std::size_t i = first; i < last; ++i)
            if (result.valid[i]) slice_.push_back(inputs_of(batch, i, i - first, SignalForm::as_planned));
        result.column_seconds += seconds_since(start);
        result.kept_column_seconds += columns_.take_kept_seconds();
        start = Clock::now();
        sort_slice(batch);
        simulate_slice(result);
        result.simulation_seconds += seconds_since(start);
        columns_.end_slice();
    }
    return result;
}

} // namespace threadx
