#include "sweep/device_models.hpp"

#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

// Of an accelerator that was never started: opening its driver, and compiling.
constexpr double unknown_start_seconds = 1.0;

} // namespace

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
        return model;
    }
    if (device.is_cpu) model.processor_threads = device.compute_units;
    const std::optional<WorkCost> start = profiles.cost(start_key(device));
    model.start_seconds = start ? start->item_seconds : unknown_start_seconds;
    return model;
}

} // namespace threadx
