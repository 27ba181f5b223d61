#include "api/column_decision.hpp"

#include <fmt/format.h>

namespace threadx {
namespace {

constexpr double worth_trying = 0.005; // seconds of the processor
constexpr double far_slower = 20.0;    // times
constexpr double far_larger = 8.0;     // times what was measured

double seconds_of(const DeviceModel& model, double items) {
    return model.start_seconds + model.cost.seconds(items);
}

std::string prediction(const DeviceModel& model, double items) {
    const std::string start =
        model.start_seconds > 0.0 ? fmt::format("{} to start", duration_text(model.start_seconds)) : "";
    if (!model.cost.known())
        return fmt::format("{}: not known yet{}", model.id, start.empty() ? "" : ", " + start);
    return fmt::format("{}: {}{}", model.id, duration_text(seconds_of(model, items)),
                       start.empty() ? "" : ", of which " + start);
}

// Why the processor's time is better than the device's.
std::string slower(const DeviceModel& model, double items, double processor_seconds) {
    if (model.start_seconds > processor_seconds)
        return fmt::format("{} takes {} to start", model.id, duration_text(model.start_seconds));
    if (!model.cost.known()) return fmt::format("{} is not known yet", model.id);
    return fmt::format("{} takes {}", model.id, duration_text(seconds_of(model, items)));
}

bool to_be_tried(const ColumnCandidate& device, double items, double processor_seconds) {
    if (processor_seconds < worth_trying || processor_seconds < device.model.start_seconds) return false;
    if (items <= far_larger * device.largest) return false;
    return !device.model.cost.known() || device.model.cost.seconds(items) < far_slower * processor_seconds;
}

} // namespace

std::string duration_text(double seconds) {
    if (seconds < 1e-4) return fmt::format("{:.3g} us", seconds * 1e6);
    return seconds < 1.0 ? fmt::format("{:.3g} ms", seconds * 1e3) : fmt::format("{:.3g} s", seconds);
}

ColumnChoice choose_for_column(std::span<const ColumnCandidate> candidates, double items) {
    ColumnChoice choice;
    for (const ColumnCandidate& candidate : candidates)
        choice.predictions.push_back(prediction(candidate.model, items));
    const DeviceModel& first = candidates[0].model;
    if (candidates.size() == 1) {
        choice.reason = first.id + ": the only device";
        return choice;
    }
    if (!first.cost.known()) {
        choice.reason = first.id + ": this work is not known yet, it is measured here first";
        return choice;
    }
    const double processor_seconds = seconds_of(first, items);
    for (std::size_t i = 1; i < candidates.size(); ++i) {
        if (!to_be_tried(candidates[i], items, processor_seconds)) continue;
        choice.candidate = i;
        choice.trial = true;
        choice.reason = fmt::format("{}: tried, because little is known of how fast it is at so much of this "
                                    "({} takes {})",
                                    candidates[i].model.id, first.id, duration_text(processor_seconds));
        return choice;
    }
    double best = processor_seconds;
    for (std::size_t i = 1; i < candidates.size(); ++i) {
        const DeviceModel& model = candidates[i].model;
        if (!model.cost.known() || seconds_of(model, items) >= best) continue;
        best = seconds_of(model, items);
        choice.candidate = i;
    }
    const DeviceModel& chosen = candidates[choice.candidate].model;
    choice.reason = fmt::format("{}: {} of work", chosen.id, duration_text(best));
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (i != choice.candidate) choice.reason += ", " + slower(candidates[i].model, items, best);
    return choice;
}

WorthLooking worth_looking(double processor_seconds, double seconds_before, double start_seconds) {
    if (processor_seconds + seconds_before >= start_seconds) return {true, ""};
    return {false, fmt::format("cpu: {} of work, finding and starting a GPU takes {}",
                               duration_text(processor_seconds), duration_text(start_seconds))};
}

} // namespace threadx
