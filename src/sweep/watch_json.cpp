#include "sweep/watch_json.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

// Finer than what is measured, and short.
Json rounded(double value) {
    if (std::isnan(value)) return {};
    if (std::abs(value) >= 1e4) return static_cast<std::int64_t>(std::llround(value));
    return std::round(value * 100.0) / 100.0;
}

// The numbers of a device, whose columns are called "gpu0_power_watts".
void add_numbers(Json& device, const RunWatchResult& watch, const std::string& prefix) {
    Json mean = Json::object(), max = Json::object(), series = Json::object();
    for (const ColumnSummary& column : watch.summary) {
        if (column.name.rfind(prefix, 0) != 0) continue;
        const std::string name = column.name.substr(prefix.size());
        if (name == "throttle_reasons" || name == "energy_joules") continue; // which have no mean
        mean[name] = rounded(column.mean);
        max[name] = rounded(column.max);
    }
    for (const HistoryColumn& column : watch.series) {
        if (column.name.rfind(prefix, 0) != 0) continue;
        Json& values = series[column.name.substr(prefix.size())] = Json::array();
        for (const double value : column.values) values.push_back(rounded(value));
    }
    device["mean"] = std::move(mean);
    device["max"] = std::move(max);
    device["series"] = std::move(series);
}

} // namespace

Json watch_json(const RunWatchResult& watch) {
    Json out = {{"samples", watch.samples},
                {"sample_cost_seconds", watch.mean_cost_seconds},
                {"elapsed_seconds", Json::array()},
                {"devices", Json::array()},
                {"warnings", watch.warnings}};
    for (const HistoryColumn& column : watch.series)
        if (column.name == "elapsed")
            for (const double value : column.values) out["elapsed_seconds"].push_back(rounded(value));
    Json cpu = {{"device", "cpu"}};
    add_numbers(cpu, watch, "cpu_");
    out["devices"].push_back(std::move(cpu));
    std::vector<std::size_t> order(watch.gpus.size()); // by id; they are in the order in which they began
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const std::string &one = watch.gpus[a].device, &other = watch.gpus[b].device;
        return std::pair(one.size(), one) < std::pair(other.size(), other);
    });
    for (const std::size_t i : order) {
        const WatchedGpu& gpu = watch.gpus[i];
        Json device = {{"device", gpu.device}, {"name", gpu.identity.name}, {"uuid", gpu.identity.uuid}};
        if (gpu.energy_joules) {
            device["energy_joules"] = rounded(*gpu.energy_joules);
            device["energy_from"] = gpu.energy_is_counted ? "counter" : "power";
        }
        if (const std::optional<double> joules = gpu.joules_per_million())
            device["joules_per_million_bar_scenarios"] = *joules;
        add_numbers(device, watch, fmt::format("gpu{}_", i));
        out["devices"].push_back(std::move(device));
    }
    return out;
}

} // namespace threadx
