#include "sweep/device_models.hpp"

#include <algorithm>

#include "device/cpu/column_store.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

// Of an accelerator that was never started: opening its driver, and compiling.
constexpr double unknown_start_seconds = 1.0;

// The columns that the CPU keeps: a scenario brings one of each, and a window those that are computed with
// it.
std::vector<OnceWork> kept_columns(const Plan& plan, const WorkCost& cost) {
    std::vector<OnceWork> out;
    if (cost.batch_seconds > 0.0) out.push_back({1.0, cost.batch_seconds});
    for (const PlannedColumn& column : plan.columns) {
        if (!column.kept) continue;
        const KeptColumnWork all = kept_column_work(plan, column);
        const OnceWork work = {all.groups, all.items * cost.item_seconds};
        const auto alike = std::find_if(out.begin(), out.end(),
                                        [&](const OnceWork& other) { return other.items == work.items; });
        if (alike == out.end())
            out.push_back(work);
        else
            alike->seconds += work.seconds;
    }
    return out;
}

} // namespace

WorkKey SweepWork::kept_columns_key(const DeviceProperties& cpu) const {
    return columns_key(cpu, sweep.strategy().name, instruction_set, workers);
}

WorkKey SweepWork::key(const DeviceProperties& device) const {
    return simulation_key(device, sweep.strategy().name, sweep.precision(), instruction_set, workers);
}

DeviceModel device_model(const DeviceProperties& device, const SweepWork& work, const Profiles& profiles) {
    DeviceModel model;
    model.id = device.id;
    if (const std::optional<WorkCost> cost = profiles.cost_or_like(work.key(device))) {
        model.cost = *cost;
        model.cost.item_seconds *= work.bars();
        model.cost.least_items /= work.bars();
    }
    if (device.kind == DeviceKind::cpu) {
        model.processor_threads = static_cast<double>(work.workers);
        if (const auto cost = profiles.cost_or_like(work.kept_columns_key(device)))
            model.once = kept_columns(work.sweep.plan(), *cost);
        return model;
    }
    if (device.is_cpu) model.processor_threads = device.compute_units;
    const std::optional<WorkCost> start = profiles.cost(start_key(device));
    model.start_seconds = start ? start->item_seconds : unknown_start_seconds;
    return model;
}

} // namespace threadx
