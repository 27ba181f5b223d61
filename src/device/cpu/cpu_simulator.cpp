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

constexpr std::size_t largest_slice = 1024;

static_assert(statistic_count <= max_statistics);

int index_in(const std::vector<std::string>& choices, const std::string& value) {
    return static_cast<int>(std::find(choices.begin(), choices.end(), value) - choices.begin());
}

} // namespace

CpuSimulator::CpuSimulator(const Strategy& strategy, const Plan& plan, const Bars& bars, Execution execution,
                           Precision precision, const KernelTable& kernels, std::size_t workers)
    : strategy_(strategy), plan_(plan), execution_(std::move(execution)), precision_(precision),
      kernels_(kernels), bars_(bars), kept_(plan) {
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
}

std::size_t CpuSimulator::lanes() const {
    return static_cast<std::size_t>(precision_ == Precision::float64 ? kernels_.lanes64 : kernels_.lanes32);
}

CpuSimulator::Worker::Worker(CpuSimulator& simulator)
    : simulator_(simulator), columns_(simulator.strategy_.graph, simulator.plan_, simulator.bars_,
                                      simulator.kernels_, simulator.kept_) {}

const double* CpuSimulator::Worker::distance_column(const PlannedDistance& distance,
                                                    const ScenarioPoint& point) {
    switch (distance.column.kind) {
    case OperandKind::field: return simulator_.bars_.field(distance.column.index);
    case OperandKind::column: return columns_.get(distance.column.index, point).numbers;
    default: return simulator_.bars_.ones();
    }
}

CpuSimulator::Worker::Inputs CpuSimulator::Worker::inputs_of(const ScenarioBatch& batch, std::size_t index,
                                                             std::uint64_t slice_index) {
    const Strategy& strategy = simulator_.strategy_;
    const Plan& plan = simulator_.plan_;
    const ScenarioPoint point = batch.point(index, slice_index);
    const auto scalar = [&](NodeId node) { return evaluate_scalar(strategy.graph, node, point.parameters); };
    Inputs in{};
    in.index = index;
    in.size = scalar(strategy.size);
    in.max_hold = scalar(strategy.max_hold);
    if (!(in.max_hold > 0.0)) in.max_hold = std::numeric_limits<double>::infinity();
    // as many bars as there are forbid as much as any more would, and stay below the kernel text's "long ago"
    in.spacing = std::min(scalar(strategy.spacing), static_cast<double>(simulator_.bars_.bars()));
    if (plan.stop) {
        in.stop_scale = scalar(plan.stop->scale);
        in.stop_column = distance_column(*plan.stop, point);
    }
    if (plan.target) {
        in.target_scale = scalar(plan.target->scale);
        in.target_column = distance_column(*plan.target, point);
    }
    for (std::size_t i = 0; i < plan.signals.size(); ++i)
        in.signals[i] =
            plan.signals[i] < 0 ? simulator_.bars_.never() : columns_.get(plan.signals[i], point).bits;
    return in;
}

// A job with all that is the same for every scenario.
template <class Real>
PackJob<Real> CpuSimulator::Worker::empty_job() const {
    const Execution& execution = simulator_.execution_;
    const std::array<const Real*, 4> prices = simulator_.bars_.prices<Real>();
    PackJob<Real> job{};
    job.open = prices[0];
    job.high = prices[1];
    job.low = prices[2];
    job.close = prices[3];
    job.rules.bars = static_cast<int>(simulator_.bars_.bars());
    job.rules.fill = index_in({"next_open", "close"}, execution.fill);
    job.rules.ambiguity = index_in({"stop_first", "target_first", "nearest_to_open"}, execution.ambiguity);
    job.rules.size_kind = static_cast<int>(simulator_.strategy_.size_kind);
    job.rules.has_stop = simulator_.plan_.stop.has_value() ? 1 : 0;
    job.rules.has_target = simulator_.plan_.target.has_value() ? 1 : 0;
    job.rules.trailing = simulator_.strategy_.trailing ? 1 : 0;
    job.rules.reverse = simulator_.strategy_.reverse ? 1 : 0;
    job.rules.close_at_end = execution.close_at_end ? 1 : 0;
    return job;
}

template <class Real>
void CpuSimulator::Worker::fill_lane(PackJob<Real>& job, std::size_t lane, const Inputs& in) const {
    const Execution& execution = simulator_.execution_;
    job.capital[lane] = static_cast<Real>(execution.capital);
    job.fee[lane] = static_cast<Real>(execution.fee);
    job.slippage[lane] = static_cast<Real>(execution.slippage);
    job.leverage[lane] = static_cast<Real>(execution.leverage);
    job.size[lane] = static_cast<Real>(in.size);
    job.max_hold[lane] = static_cast<Real>(in.max_hold);
    job.spacing[lane] = static_cast<Real>(in.spacing);
    job.stop_scale[lane] = static_cast<Real>(in.stop_scale);
    job.target_scale[lane] = static_cast<Real>(in.target_scale);
    job.stop_column[lane] = in.stop_column;
    job.target_column[lane] = in.target_column;
    for (std::size_t i = 0; i < 4; ++i) job.signals[i][lane] = in.signals[i];
}

template <class Real>
void CpuSimulator::Worker::simulate(std::span<const Inputs> scenarios, BatchResult& result) {
    const std::size_t lanes = simulator_.lanes();
    PackJob<Real> job = empty_job<Real>();
    for (std::size_t first = 0; first < scenarios.size(); first += lanes) {
        const std::size_t used = std::min(lanes, scenarios.size() - first);
        for (std::size_t k = 0; k < lanes; ++k) // idle lanes repeat the last scenario
            fill_lane(job, k, scenarios[first + std::min(k, used - 1)]);
        if constexpr (sizeof(Real) == 8)
            simulator_.kernels_.simulate64(job);
        else
            simulator_.kernels_.simulate32(job);
        for (std::size_t k = 0; k < used; ++k) {
            Statistics& out = result.statistics[scenarios[first + k].index];
            std::size_t row = 0;
#define THREADX_LOAD(name) out.name = static_cast<double>(job.statistics[row++][k]);
            SIM_STATISTICS(THREADX_LOAD)
#undef THREADX_LOAD
        }
    }
}

std::optional<Recording> CpuSimulator::Worker::record(const ScenarioBatch& batch, std::size_t index) {
    if (!scenario_is_valid(simulator_.strategy_.graph, simulator_.plan_, batch.parameters_of(index)))
        return std::nullopt;
    columns_.end_slice();
    PackJob<double> job = empty_job<double>();
    fill_lane(job, 0, inputs_of(batch, index, 0));
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
        for (std::size_t i = first; i < last; ++i) {
            result.valid[i] =
                scenario_is_valid(simulator_.strategy_.graph, simulator_.plan_, batch.parameters_of(i));
            if (result.valid[i]) slice_.push_back(inputs_of(batch, i, i - first));
        }
        result.column_seconds += seconds_since(start);
        start = Clock::now();
        if (simulator_.precision_ == Precision::float64)
            simulate<double>(slice_, result);
        else
            simulate<float>(slice_, result);
        result.simulation_seconds += seconds_since(start);
        columns_.end_slice();
    }
    return result;
}

} // namespace threadx
