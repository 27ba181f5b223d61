#include "sweep/device_calibration.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/stopwatch.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/device_error.hpp"
#include "device/gpu/started_gpu.hpp"
#include "market/synthetic.hpp"
#include "sweep/row_maker.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

constexpr long long standard_bars = 10'000;

constexpr const char* standard_config = R"toml(
[space]
bb_period = { from = 10, to = 109, step = 1 }
atr_period = { from = 8, to = 23, step = 1 }
entry_z = { from = 1.0, to = 2.8, step = 0.2 }
atr_multiplier = { from = 1.0, to = 5.5, step = 0.5 }
[execution]
fee = 0.0005
slippage = 0.0001
)toml";

// Scenarios of a batch: so many first, then more by a factor, up to what fills the device.
constexpr std::size_t first_scenarios = 64;
constexpr std::size_t size_factor = 16;
constexpr std::size_t least_full = 1024;
constexpr std::size_t cpu_full = 4096;
constexpr std::size_t most_full = 65536;
constexpr double longest_round = 0.25; // seconds, beyond the second size

// A thread of the CPU, as a worker like those of accelerators.
class CpuBatchWorker final : public BatchWorker {
  public:
    explicit CpuBatchWorker(CpuSimulator& simulator) : worker_(simulator) {}
    BatchResult run(const ScenarioBatch& batch) override { return worker_.run(batch); }

  private:
    CpuSimulator::Worker worker_;
};

// All workers of a device, made ready.
class Workers {
  public:
    Workers(const PreparedSweep& sweep, std::vector<std::unique_ptr<BatchWorker>> workers)
        : sweep_(sweep), workers_(std::move(workers)) {}

    std::size_t count() const { return workers_.size(); }

    // Every worker does so many batches of so many scenarios, always the same: columns that are shared are
    // there after the warm-ups, as they are in most of a run.
    void run(std::uint64_t rounds, std::size_t scenarios) {
        std::exception_ptr failure;
        std::mutex mutex;
        const auto work = [&](std::size_t number) {
            try {
                const std::uint64_t starts = sweep_.scenario_count() - scenarios + 1;
                const std::uint64_t first = number * scenarios % starts;
                for (std::uint64_t round = 0; round < rounds; ++round)
                    compute(*workers_[number], {first, first + scenarios});
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure) failure = std::current_exception();
            }
        };
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 1; i < workers_.size(); ++i) threads.emplace_back(work, i);
            work(0);
        }
        if (failure) std::rethrow_exception(failure);
    }

    double kept_column_seconds() const { return kept_column_seconds_.load(); } // by all

  private:
    void compute(BatchWorker& worker, IdRange ids) {
        const PreparedSweep::Scenarios scenarios = sweep_.draw(ids);
        const BatchResult result = worker.run(scenarios.batch);
        kept_column_seconds_ += result.kept_column_seconds;
        make_rows(sweep_, ids, scenarios, result, 0, scenarios.ids.size());
    }

    const PreparedSweep& sweep_;
    std::vector<std::unique_ptr<BatchWorker>> workers_;
    std::atomic<double> kept_column_seconds_ = 0.0;
};

MeasuredSize measure_size(Workers& workers, std::size_t scenarios, std::size_t bars) {
    const Stopwatch clock;
    CalibrationOptions options;
    options.sample_size = 1; // rounds
    MeasuredSize out;
    out.calibration = calibrate([&](std::uint64_t rounds) { workers.run(rounds, scenarios); }, options,
                                [&] { return clock.seconds(); });
    out.calibration.samples *= workers.count() * scenarios * bars;
    out.batch_items = static_cast<double>(scenarios) * static_cast<double>(bars);
    return out;
}

// `full`: scenarios that fill the device.
std::vector<MeasuredSize> measure_sizes(Workers& workers, std::size_t full, std::size_t bars) {
    std::vector<MeasuredSize> sizes;
    for (std::size_t scenarios = first_scenarios;;) {
        sizes.push_back(measure_size(workers, scenarios, bars));
        const std::size_t next = std::min(scenarios * size_factor, full);
        if (next <= scenarios) break;
        const double round =
            sizes.back().batch_items * static_cast<double>(workers.count()) / sizes.back().calibration.rate();
        const double slowest = round * static_cast<double>(next) / static_cast<double>(scenarios);
        if (sizes.size() >= 2 && slowest > longest_round) break;
        scenarios = next;
    }
    return sizes;
}

class DeviceMeasurement {
  public:
    DeviceMeasurement(const PreparedSweep& sweep, const TimedDrivers& drivers, const Settings& settings)
        : sweep_(sweep), drivers_(drivers), settings_(settings), bars_(sweep.data().bars.size()) {}

    DeviceCalibration measure(const DeviceProperties& device) const {
        const KernelTable& kernels = choose_kernels(settings_.performance.instruction_set);
        DeviceCalibration out;
        out.device = device;
        out.work = simulation_key(device, sweep_.strategy().name, sweep_.precision(), kernels.name,
                                  settings_.workers());
        if (device.kind == DeviceKind::cpu)
            measure_cpu(kernels, out);
        else
            measure_accelerator(out);
        return out;
    }

  private:
    void measure_cpu(const KernelTable& kernels, DeviceCalibration& out) const {
        CpuSimulator simulator(sweep_.strategy(), sweep_.plan(), sweep_.data().bars, sweep_.execution(),
                               sweep_.precision(), kernels, settings_.workers());
        std::vector<std::unique_ptr<BatchWorker>> made;
        for (std::size_t i = 0; i < settings_.workers(); ++i)
            made.push_back(std::make_unique<CpuBatchWorker>(simulator));
        Workers workers(sweep_, std::move(made));
        out.sizes = measure_sizes(workers, cpu_full, bars_);
        out.kept_columns = {
            columns_key(out.device, sweep_.strategy().name, kernels.name, settings_.workers()), out.device.id,
            simulator.kept_items_computed(),
            workers.kept_column_seconds() / static_cast<double>(settings_.workers())};
    }

    void measure_accelerator(DeviceCalibration& out) const {
        Accelerator* accelerator = nullptr; // the device's
        std::uint64_t free_bytes = 0;
        const auto start = [&] {
            return start_gpu(
                [&] {
                    auto opened = open_device(drivers_.drivers, out.device);
                    accelerator = opened.get();
                    return opened;
                },
                {sweep_.strategy(), sweep_.plan(), sweep_.data().bars, sweep_.execution(),
                 sweep_.precision()},
                {.budget =
                     [&](std::uint64_t bytes) {
                         free_bytes = bytes;
                         return out.device.is_cpu ? settings_.memory_budget_bytes()
                                                  : settings_.gpu.memory_bytes(bytes);
                     },
                 .most_at_once = {},
                 .workers = gpu_workers(out.device, settings_.gpu.workers)});
        };
        start(); // compiles the kernels, where they are not in the cache
        const Stopwatch time;
        const std::unique_ptr<BatchDevice> ready = start();
        std::vector<std::unique_ptr<BatchWorker>> made;
        made.push_back(ready->make_worker());
        out.start_seconds = drivers_.seconds.at(out.device.kind) + time.seconds();
        while (made.size() < ready->workers()) made.push_back(ready->make_worker());
        Workers workers(sweep_, std::move(made));
        const std::size_t full = std::clamp(ready->scenarios_at_once(), least_full, most_full);
        out.sizes = measure_sizes(workers, full, bars_);
        // The processor's memory is everybody's: what is gone of it may be another's.
        const std::uint64_t left = out.device.is_cpu ? free_bytes : accelerator->free_bytes();
        out.sizes.back().calibration.memory_bytes =
            static_cast<double>(free_bytes - std::min(left, free_bytes));
    }

    const PreparedSweep& sweep_;
    const TimedDrivers& drivers_;
    const Settings& settings_;
    std::size_t bars_;
};

bool was_measured(const CalibrationResult& result, const DeviceProperties& device) {
    return std::any_of(result.measured.begin(), result.measured.end(),
                       [&](const DeviceCalibration& one) { return one.device.id == device.id; });
}

} // namespace

std::unique_ptr<PreparedSweep> standard_sweep(Precision precision, const Settings& settings) {
    const StrategyText strategy = find_strategy("bollinger_atr");
    SweepRequest request;
    request.config_name = "the standard sweep";
    request.config_text = standard_config;
    request.overrides = {fmt::format("run.precision=\"{}\"", precision_name(precision))};
    request.strategy_name = strategy.name;
    request.strategy_text = strategy.text;
    request.data_file = "made-up bars";
    const SyntheticSettings synthetic = {.bars = standard_bars};
    LoadedBars bars;
    bars.bars = synthesize(synthetic);
    bars.years = static_cast<double>(standard_bars) / (365.25 * 24.0 * 60.0);
    return std::make_unique<PreparedSweep>(request, settings, std::move(bars));
}

TimedDrivers open_timed_drivers(const DriverSettings& settings) {
    TimedDrivers out;
    for (const DeviceKind kind : accelerator_kinds) {
        const Stopwatch time;
        std::vector<std::unique_ptr<DeviceDriver>> opened = open_drivers(settings, std::span(&kind, 1));
        for (std::unique_ptr<DeviceDriver>& driver : opened) {
            driver->devices(); // some drivers begin their work only here
            out.drivers.push_back(std::move(driver));
        }
        out.seconds[kind] = time.seconds();
    }
    out.inventory = take_inventory(out.drivers);
    return out;
}

CalibrationResult calibrate_devices(const CalibrationRequest& request, const TimedDrivers& drivers,
                                    const Settings& settings,
                                    const std::function<void(const std::string&)>& say) {
    CalibrationResult out;
    std::map<std::string, std::string> failures; // by id, the last of each
    for (const Precision precision : request.precisions) {
        const std::unique_ptr<PreparedSweep> sweep = standard_sweep(precision, settings);
        CalibrationOptions shown;
        shown.sample_size = first_scenarios * static_cast<std::uint64_t>(standard_bars);
        say(calibration_begins(shown) + fmt::format(", {}", precision_name(precision)));
        for (const DeviceProperties& device : request.devices) {
            if (request.stop != nullptr && request.stop->load()) {
                out.interrupted = true;
                return out;
            }
            try {
                out.measured.push_back(DeviceMeasurement(*sweep, drivers, settings).measure(device));
                say(calibration_line(device.id, out.measured.back().sizes.back().calibration));
            } catch (const DeviceError& error) {
                failures[device.id] = fmt::format("{} could not be measured in {}: {}", device.id,
                                                  precision_name(precision), error.what());
                say(failures[device.id]);
            }
        }
        if (const std::string balance = balance_line(out, precision); !balance.empty()) say(balance);
    }
    for (const DeviceProperties& device : request.devices)
        if (!was_measured(out, device)) out.failures.push_back(failures[device.id]);
    return out;
}

void renew_profiles(Profiles& profiles, const CalibrationRequest& request, const CalibrationResult& result,
                    const std::string& now) {
    const auto forgotten = [&](const WorkKey& work) {
        const bool device = std::any_of(request.devices.begin(), request.devices.end(),
                                        [&](const DeviceProperties& one) { return one.uuid == work.uuid; });
        const bool precision =
            work.precision.empty() ||
            std::any_of(request.precisions.begin(), request.precisions.end(),
                        [&](Precision one) { return precision_name(one) == work.precision; });
        return device && precision;
    };
    std::erase_if(profiles.entries, [&](const auto& entry) { return forgotten(entry.first.work); });
    std::erase_if(profiles.caps, [&](const auto& cap) { return forgotten(cap.first); });
    for (const DeviceCalibration& measured : result.measured) {
        const std::string device = fmt::format("{} ({})", measured.device.id, measured.device.name);
        for (const MeasuredSize& size : measured.sizes)
            profiles.entries[{measured.work, size_bucket(size.batch_items)}] = {
                estimate_of(size.calibration), size.batch_items, device, now};
        if (measured.kept_columns) profiles.add(*measured.kept_columns, now);
        if (measured.start_seconds > 0.0)
            profiles.add({start_key(measured.device), device, 1.0, measured.start_seconds}, now);
    }
}

std::string balance_line(const CalibrationResult& result, Precision precision) {
    double all = 0.0;
    std::vector<const DeviceCalibration*> devices;
    for (const DeviceCalibration& one : result.measured) {
        if (one.work.precision != precision_name(precision)) continue;
        devices.push_back(&one);
        all += one.sizes.back().calibration.rate();
    }
    if (devices.size() < 2) return "";
    std::string text;
    for (const DeviceCalibration* one : devices)
        text += fmt::format("{}{}:{:.1f}%", text.empty() ? "" : ", ", one->device.id,
                            100.0 * one->sizes.back().calibration.rate() / all);
    return "balance updated: " + text;
}

} // namespace threadx
