#include "api/calibration_work.hpp"

#include <algorithm>
#include <exception>
#include <mutex>

#include "market/synthetic.hpp"
#include "sweep/sweep_request.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t least_period = 10;
constexpr std::uint64_t periods = 40;
constexpr std::uint64_t budget = std::uint64_t{256} << 20U;
constexpr const char* period_name = "bb_period";
constexpr const char* level_name = "entry_z";

int parameter_of(const Strategy& strategy, const char* name) {
    const std::vector<std::string> names = strategy.parameter_names();
    return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::uint64_t backtests(std::uint64_t items) {
    return std::max<std::uint64_t>(1, (items + CalibrationWork::bars - 1) / CalibrationWork::bars);
}

} // namespace

CalibrationWork::CalibrationWork()
    : strategy_(parse_strategy(find_strategy("bollinger_atr").text, "bollinger_atr")) {
    bars_ = synthesize({.bars = bars});
    std::vector<double> lengths;
    for (std::uint64_t i = 0; i < periods; ++i) lengths.push_back(static_cast<double>(least_period + i));
    const std::vector<Axis> axes = {{parameter_of(strategy_, period_name), periods, lengths},
                                    {parameter_of(strategy_, level_name), 0, {}}};
    plan_ = make_plan(strategy_, axes, std::uint64_t{1} << 32U, bars, budget);
}

// Of an endless space: the period goes round, the level is one of a thousand.
ScenarioBatch CalibrationWork::scenarios(std::uint64_t first, std::uint64_t count) const {
    ScenarioBatch batch;
    batch.count = static_cast<std::size_t>(count);
    batch.parameter_count = strategy_.parameters.size();
    batch.axis_count = plan_.axes.size();
    const std::vector<double> defaults = strategy_.defaults();
    const auto period = static_cast<std::size_t>(plan_.axes[0].parameter);
    const auto level = static_cast<std::size_t>(plan_.axes[1].parameter);
    for (std::uint64_t id = first; id < first + count; ++id) {
        std::vector<double> point = defaults;
        point[period] = static_cast<double>(least_period + id % periods);
        point[level] = 1.0 + 0.002 * static_cast<double>(id / periods % 1000);
        batch.parameters.insert(batch.parameters.end(), point.begin(), point.end());
        batch.levels.insert(batch.levels.end(), {id % periods, 0});
    }
    return batch;
}

void CalibrationWork::run_on_processor(std::uint64_t items, const KernelTable& kernels,
                                       std::size_t workers) const {
    CpuSimulator simulator(strategy_, plan_, bars_, execution_, Precision::float64, kernels, workers);
    const std::uint64_t count = backtests(items);
    const auto part = [&](std::size_t i) { return count * i / workers; };
    std::mutex mutex;
    std::exception_ptr error;
    const auto work = [&](std::size_t i) {
        try {
            CpuSimulator::Worker worker(simulator);
            if (part(i) < part(i + 1)) worker.run(scenarios(part(i), part(i + 1) - part(i)));
            worker.help();
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
        }
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(work, i);
    work(0);
    for (std::jthread& thread : threads) thread.join();
    if (error) std::rethrow_exception(error);
}

CalibrationWork::OnDevice::OnDevice(const CalibrationWork& work, GpuDevice& device,
                                    std::uint64_t memory_bytes)
    : work_(work),
      simulator_(device, {work.strategy_, work.plan_, work.bars_, work.execution_, Precision::float64},
                 memory_bytes, 0, 1),
      worker_(simulator_.make_worker()) {}

void CalibrationWork::OnDevice::run(std::uint64_t items) {
    worker_->run(work_.scenarios(0, backtests(items)));
}

} // namespace threadx
