// `threadx devices`: what there is, what of it can be used, and what a sweep would use.
#include <algorithm>
#include <cstdio>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/table.hpp"
#include "sweep/settings.hpp"

namespace threadx {
namespace {

bool chosen(const DeviceChoice& choice, const DeviceProperties& device) {
    return std::any_of(choice.devices.begin(), choice.devices.end(),
                       [&](const DeviceProperties& other) { return other.id == device.id; });
}

nlohmann::ordered_json inventory_json(const Inventory& inventory, const DeviceChoice& choice) {
    nlohmann::ordered_json devices = nlohmann::ordered_json::array();
    for (const DeviceProperties& device : inventory.devices)
        devices.push_back({{"id", device.id},
                           {"kind", device_kind_name(device.kind)},
                           {"index", device.index},
                           {"name", device.name},
                           {"uuid", device.uuid},
                           {"memory_bytes", device.memory_bytes},
                           {"compute_capability", device.compute_capability},
                           {"compute_units", device.compute_units},
                           {"is_cpu", device.is_cpu},
                           {"float64", device.float64},
                           {"float64_rate", device.float64_rate},
                           {"driver", device.driver},
                           {"usable", device.unusable.empty()},
                           {"unusable", device.unusable},
                           {"chosen", chosen(choice, device)}});
    nlohmann::ordered_json missing = nlohmann::ordered_json::array();
    for (const MissingDriver& driver : inventory.missing)
        missing.push_back({{"kind", device_kind_name(driver.kind)},
                           {"reason", driver.reason},
                           {"install", driver.install}});
    return {{"devices", devices}, {"missing", missing}, {"notes", choice.notes}};
}

} // namespace

int devices_command(const DevicesOptions& options) {
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const auto drivers = open_drivers(settings.drivers());
    const Inventory inventory = take_inventory(drivers);
    const DeviceChoice choice = choose_devices(inventory, settings.device_request(options.devices));
    if (options.json) {
        std::printf("%s\n", inventory_json(inventory, choice).dump(2).c_str());
        return exit_done;
    }
    std::vector<TableLine> lines = {{"id", "kind", "name", "memory", "units", "float64", "used", "driver"}};
    for (const DeviceProperties& device : inventory.devices)
        lines.push_back({device.id, std::string(device_kind_name(device.kind)), device.name,
                         bytes_text(static_cast<double>(device.memory_bytes)),
                         std::to_string(device.compute_units), device.float64 ? "yes" : "no",
                         chosen(choice, device) ? "yes" : "no", device.driver});
    print_table(lines);
    if (!choice.notes.empty()) std::printf("\n");
    for (const std::string& note : choice.notes) std::printf("%s\n", note.c_str());
    for (const MissingDriver& driver : inventory.missing)
        std::printf("to have %s: install %s\n", std::string(device_kind_name(driver.kind)).c_str(),
                    driver.install.c_str());
    return exit_done;
}

} // namespace threadx
