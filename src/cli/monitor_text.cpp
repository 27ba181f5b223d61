#include "cli/monitor_text.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "monitor/quantities.hpp"
#include "monitor/sample_text.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

std::string with_unit(const std::optional<double>& value, const char* unit) {
    return value ? fmt::format("{:.0f} {}", *value, unit) : "-";
}

std::string memory_text(const std::optional<double>& used, const std::optional<double>& total) {
    return used && total ? fmt::format("{} of {}", bytes_text(*used), bytes_text(*total)) : "-";
}

// "40 (97) %": mean and greatest of a column's values; "-" where nothing is known.
std::string mean_and_max(const std::vector<ColumnSummary>& summary, const std::string& column,
                         const char* unit) {
    for (const ColumnSummary& each : summary)
        if (each.name == column) return fmt::format("{:.0f} ({:.0f}) {}", each.mean, each.max, unit);
    return "-";
}

std::string greatest_bytes(const std::vector<ColumnSummary>& summary, const std::string& column) {
    for (const ColumnSummary& each : summary)
        if (each.name == column) return bytes_text(each.max);
    return "-";
}

// What a counter grew by.
std::string growth(const std::vector<HistoryColumn>& columns, const std::string& name) {
    for (const HistoryColumn& column : columns) {
        if (column.name != name) continue;
        std::vector<double> known;
        for (const double value : column.values)
            if (!std::isnan(value)) known.push_back(value);
        if (known.size() > 1) return fmt::format("{:.0f} J", known.back() - known.front());
    }
    return "-";
}

template <class Reading>
void add_quantities(Json& json, std::span<const Quantity<Reading>> quantities, const Reading& reading) {
    for (const Quantity<Reading>& quantity : quantities) {
        const std::optional<double> value = quantity.value(reading);
        json[quantity.name] = value ? Json(*value) : Json();
    }
}

} // namespace

std::vector<TableLine> snapshot_table(const SystemSnapshot& snapshot, std::span<const GpuIdentity> gpus) {
    const CpuReading& cpu = snapshot.cpu;
    std::vector<TableLine> lines = {
        {"device", "name", "load", "memory", "temperature", "power", "clock", "slowed by"},
        {"cpu", "", with_unit(cpu.load_percent, "%"),
         memory_text(cpu.memory_used_bytes, cpu.memory_total_bytes), with_unit(cpu.temperature_celsius, "C"),
         "-", "-", "-"}};
    for (std::size_t i = 0; i < snapshot.gpus.size(); ++i) {
        const GpuReading& gpu = snapshot.gpus[i];
        std::string slowed = gpu.throttle_reasons ? throttle_words(*gpu.throttle_reasons) : "-";
        if (slowed.empty()) slowed = "nothing";
        if (!gpu.error.empty()) slowed = gpu.error;
        lines.push_back({fmt::format("gpu{}", i), gpus[i].name, with_unit(gpu.utilization_percent, "%"),
                         memory_text(gpu.memory_used_bytes, gpu.memory_total_bytes),
                         with_unit(gpu.temperature_celsius, "C"), with_unit(gpu.power_watts, "W"),
                         with_unit(gpu.sm_clock_megahertz, "MHz"), slowed});
    }
    return lines;
}

std::vector<TableLine> summary_table(const std::vector<HistoryColumn>& columns,
                                     std::span<const GpuIdentity> gpus) {
    const std::vector<ColumnSummary> summary = summarize(columns);
    const auto line = [&](const std::string& device, const std::string& name, const std::string& load) {
        return TableLine{device,
                         mean_and_max(summary, device + load, "%"),
                         greatest_bytes(summary, device + "_memory_used_bytes"),
                         mean_and_max(summary, device + "_temperature_celsius", "C"),
                         mean_and_max(summary, device + "_power_watts", "W"),
                         growth(columns, device + "_energy_joules"),
                         name};
    };
    std::vector<TableLine> lines = {
        {"mean (max)", "load", "memory", "temperature", "power", "energy", "name"},
        line("cpu", "", "_load_percent")};
    for (std::size_t i = 0; i < gpus.size(); ++i)
        lines.push_back(line(fmt::format("gpu{}", i), gpus[i].name, "_utilization_percent"));
    return lines;
}

Json snapshot_json(const SystemSnapshot& snapshot, std::span<const GpuIdentity> gpus,
                   const std::string& no_gpus) {
    Json json = {{"time", utc_text(snapshot.time)},
                 {"elapsed_seconds", snapshot.elapsed},
                 {"cost_seconds", snapshot.cost_seconds},
                 {"cpu", Json::object()},
                 {"gpus", Json::array()}};
    add_quantities(json["cpu"], cpu_quantities(), snapshot.cpu);
    for (std::size_t i = 0; i < snapshot.gpus.size(); ++i) {
        const GpuReading& gpu = snapshot.gpus[i];
        Json out = {{"index", gpus[i].index}, {"name", gpus[i].name}, {"uuid", gpus[i].uuid}};
        add_quantities(out, gpu_quantities(), gpu);
        if (!gpu.error.empty()) out["error"] = gpu.error;
        json["gpus"].push_back(std::move(out));
    }
    if (!no_gpus.empty()) json["no_gpus"] = no_gpus;
    return json;
}

} // namespace threadx
