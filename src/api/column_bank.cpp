#include "api/column_bank.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "device/cpu/column_store.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

// Without the padding, truths as numbers, and NaNs, whose bits processors choose as they like, made one.
std::vector<double> values_of(ColumnView column, std::size_t bars) {
    std::vector<double> values(bars);
    for (std::size_t t = 0; t < bars; ++t) {
        if (column.bits != nullptr)
            values[t] = static_cast<double>(column.bits[t / bars_per_word] >> (t % bars_per_word) & 1U);
        else
            values[t] =
                std::isnan(column.numbers[t]) ? std::numeric_limits<double>::quiet_NaN() : column.numbers[t];
    }
    return values;
}

} // namespace

struct ColumnBank::Work {
    const ColumnRequest& request;
    ColumnsPlan plan;

    double items() const {
        return static_cast<double>(request.bars) * static_cast<double>(plan.plan.columns.size());
    }
};

ColumnBank::ColumnBank(const Settings& settings, DevicePool& devices, MeasuredRates& rates, LogLine log)
    : kernels_(choose_kernels(settings.performance.instruction_set)), devices_(devices), rates_(rates),
      log_(std::move(log)) {}

ComputedColumns ColumnBank::compute(const ColumnRequest& request, const Placement& placement) {
    constexpr std::size_t most = static_cast<std::size_t>(std::numeric_limits<int>::max()) - 512;
    if (request.bars == 0) throw InputError("the series is empty: there is nothing to compute from");
    if (request.bars > most)
        throw InputError(fmt::format("{} bars are too many: at most {}", with_thousands(request.bars),
                                     with_thousands(most)));
    const Work work{request, make_columns_plan(request.graph, request.nodes, request.bars)};
    const BarFieldSet read = fields_read(work.plan.plan);
    for (std::size_t field = 0; field < read.size(); ++field)
        if (read[field] && request.series[field].size() != request.bars)
            throw InputError(
                fmt::format("'{}' is needed for each of the {} bars, and there are {} values of it",
                            bar_field_name(static_cast<int>(field)), with_thousands(request.bars),
                            with_thousands(request.series[field].size())));
    if (placement.is_dynamic()) return compute_dynamic(work);
    const DeviceProperties device = devices_.find(placement.device());
    ComputedColumns out;
    if (device.kind != DeviceKind::cpu) devices_.open(device); // starting it is measured apart
    out.values = compute_on(work, device, out.decision.seconds);
    observe(work, device, out.decision.seconds);
    out.decision.device = device.id;
    out.decision.reason = device.id + ": asked for";
    return out;
}

WorkKey ColumnBank::key(const DeviceProperties& device, const Work& work) {
    return column_key(device, work.request.tag);
}

double ColumnBank::seconds_before() const {
    const std::lock_guard lock(mutex_);
    return dynamic_cpu_seconds_;
}

std::vector<std::vector<double>> ColumnBank::compute_on(const Work& work, const DeviceProperties& device,
                                                        double& seconds) {
    const ColumnRequest& in = work.request;
    const Plan& plan = work.plan.plan;
    std::vector<std::vector<double>> values;
    const Stopwatch stopwatch;
    if (device.kind == DeviceKind::cpu) {
        const BarColumns bars(in.series, in.bars, fields_read(plan), {});
        KeptColumns kept(plan);
        ColumnReader reader(in.graph, plan, bars, kernels_, kept);
        for (const int column : work.plan.columns)
            values.push_back(values_of(reader.get(column, ScenarioPoint{}), in.bars));
    } else {
        const std::vector<Column> columns =
            devices_.open(device).columns->read(in.graph, plan, in.series, in.bars, work.plan.columns);
        for (const Column& column : columns) values.push_back(values_of(column.view(), in.bars));
    }
    seconds = stopwatch.seconds();
    return values;
}

void ColumnBank::observe(const Work& work, const DeviceProperties& device, double seconds) {
    rates_.add({key(device, work), device.id + " " + device.name, work.items(), seconds});
}

std::vector<ColumnCandidate> ColumnBank::candidates(const Work& work,
                                                    const std::vector<DeviceProperties>& devices) {
    std::vector<ColumnCandidate> out;
    for (const DeviceProperties& device : devices) {
        const WorkKey work_key_of_device = key(device, work);
        ColumnCandidate candidate;
        candidate.model.id = device.id;
        candidate.model.cost = rates_.cost_or_like(work_key_of_device).value_or(WorkCost{});
        candidate.largest = rates_.largest(work_key_of_device);
        if (device.kind != DeviceKind::cpu && !devices_.is_open(device)) {
            const auto start = rates_.cost(start_key(device));
            const double seconds = start ? start->seconds(1.0) : unknown_start_seconds;
            candidate.model.start_seconds = std::max(0.0, seconds - seconds_before());
        }
        out.push_back(candidate);
    }
    return out;
}

ComputedColumns ColumnBank::compute_dynamic(const Work& work) {
    ComputedColumns out;
    const DeviceProperties& processor = devices_.processor();
    std::vector<DeviceProperties> devices = {processor};
    Decision& decision = out.decision;
    bool look = devices_.looked() || devices_.processor_alone() || !devices_.may_wait();
    if (!look) {
        const std::optional<WorkCost> cost = rates_.cost_or_like(key(processor, work));
        const WorthLooking worth =
            worth_looking(cost ? cost->seconds(work.items()) : 0.0, seconds_before(),
                          rates_.least_start_seconds().value_or(unknown_start_seconds));
        look = worth.look;
        decision.reason = cost ? worth.reason : "cpu: this work is not known yet, it is measured here first";
    }
    ColumnChoice choice;
    if (look) {
        devices.clear();
        for (const DeviceProperties& device : devices_.chosen())
            if (devices_.failure(device).empty()) devices.push_back(device);
        if (devices.empty()) devices.push_back(processor);
    }
    choice = choose_for_column(candidates(work, devices), work.items());
    decision.predictions = choice.predictions;
    if (look) decision.reason = choice.reason;

    const DeviceProperties* device = &devices[choice.candidate];
    try {
        if (device->kind != DeviceKind::cpu) devices_.open(*device);
        // The first time on a device its memory is allocated too: that is not what is to be known of it.
        if (choice.trial) compute_on(work, *device, decision.seconds);
        out.values = compute_on(work, *device, decision.seconds);
    } catch (const DeviceError& error) {
        if (dynamic_cast<const DeviceOutOfMemory*>(&error) == nullptr)
            devices_.give_up(*device, error.what());
        decision.reason = fmt::format("cpu: {} was to do it, but {}", device->id, error.what());
        log_(decision.reason);
        device = &processor;
        out.values = compute_on(work, *device, decision.seconds);
    }
    observe(work, *device, decision.seconds);
    decision.device = device->id;
    if (device->kind == DeviceKind::cpu) {
        const std::lock_guard lock(mutex_);
        dynamic_cpu_seconds_ += decision.seconds;
    }
    return out;
}

} // namespace threadx
