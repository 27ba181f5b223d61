#include "sweep/placement_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "device/cpu/host_processor.hpp"
#include "placement/forecast.hpp"

namespace threadx {
namespace {

std::string set_text(std::span<const DeviceModel> models, const Forecast& forecast) {
    std::string text;
    for (const std::size_t i : forecast.devices) {
        text += fmt::format("{}{}", text.empty() ? "" : " + ", models[i].id);
        if (forecast.devices.size() > 1 && models[i].cost.known())
            text += fmt::format(" {:.0f} %", 100.0 * forecast.shares[i]);
    }
    return text;
}

std::string model_line(const DeviceModel& model, double bars, double scenarios) {
    if (!model.cost.known()) return fmt::format("  {}: not measured yet; it is tried\n", model.id);
    std::string text = fmt::format("  {}: {:.0f} million bar-scenarios a second", model.id,
                                   bars / model.cost.item_seconds / 1e6);
    if (model.cost.batch_seconds > 0.0)
        text += fmt::format(", {} a batch", seconds_text(model.cost.batch_seconds));
    if (const double once = once_seconds(model.once, scenarios); once > 0.0)
        text += fmt::format(", {} for columns that are computed once", seconds_text(once));
    if (model.start_seconds > 0.0) text += fmt::format(", {} to start", seconds_text(model.start_seconds));
    return text + "\n";
}

std::string fixed_text(const RunDevices& devices, std::uint64_t scenarios) {
    std::vector<double> shares;
    for (const BalanceShare& share : devices.shares()) shares.push_back(share.share);
    const std::vector<std::uint64_t> parts = largest_remainder(scenarios, shares);
    std::string text = "placement: fixed balance\n";
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += fmt::format("  {}: {} scenarios\n", devices.shares()[i].device, with_thousands(parts[i]));
    return text;
}

} // namespace

std::string explain_placement(const RunDevices& devices, const PreparedSweep& sweep,
                              std::uint64_t scenarios) {
    if (!devices.shares().empty()) return fixed_text(devices, scenarios);
    const std::vector<DeviceModel> models = devices.models();
    const auto bars = static_cast<double>(sweep.data().bars.size());
    const auto items = static_cast<double>(scenarios);
    const double cores = std::max(1, host_processor().compute_units);
    std::string text = fmt::format("placement of {} scenarios x {} bars; what is known of the devices:\n",
                                   with_thousands(scenarios), with_thousands(sweep.data().bars.size()));
    for (const DeviceModel& model : models) text += model_line(model, bars, items);
    const Forecast best = best_forecast(models, items, cores);
    std::vector<std::size_t> known;
    for (std::size_t i = 0; i < models.size(); ++i)
        if (models[i].cost.known()) known.push_back(i);
    const auto line = [&](const std::vector<std::size_t>& used) {
        const Forecast forecast = forecast_of(models, used, items, cores);
        text += fmt::format("  {}: {}\n", set_text(models, forecast), seconds_text(forecast.seconds));
    };
    if (!known.empty()) text += "predicted finish:\n";
    for (const std::size_t i : known) line({i});
    if (known.size() > 1) line(known);
    if (known.size() > 1 && best.devices.size() > 1 && best.devices != known) line(best.devices);
    text += fmt::format("chosen: {}\n", set_text(models, best));
    for (const std::string& reason : idle_reasons(models, best, items, cores)) text += reason + "\n";
    const auto best_without = [&](const DeviceModel& model) {
        const auto index = static_cast<std::size_t>(&model - models.data());
        return !std::binary_search(best.devices.begin(), best.devices.end(), index);
    };
    for (const DeviceModel& model : models) {
        if (&model == &models.front() || !model.cost.known() || !models.front().cost.known()) continue;
        const double from = crossover(models.front(), model, cores);
        if (!std::isfinite(from))
            text += fmt::format("{} never pays beside {}\n", model.id, models.front().id);
        else if (from > items || !best_without(model))
            text += fmt::format("{} pays from {:.2g} bar-scenarios on\n", model.id, from * bars);
    }
    for (const std::string& note : devices.notes()) text += note + "\n";
    return text;
}

} // namespace threadx
