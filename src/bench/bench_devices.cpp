#include "bench/bench_devices.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "bench/child_process.hpp"

namespace threadx {
namespace {

const std::vector<std::string>& driver_kinds() {
    static const std::vector<std::string> kinds = {"cuda", "opencl"};
    return kinds;
}

const BenchDevice automatic = {"auto", "what the program chooses", ""};

// Of "cuda:0"; of "cuda" itself.
std::string kind_of(const std::string& id) { return id.substr(0, id.find(':')); }

bool looks_like_id(const std::string& name) {
    const std::string kind = kind_of(name);
    return std::find(driver_kinds().begin(), driver_kinds().end(), kind) != driver_kinds().end() &&
           name.size() > kind.size() + 1 &&
           name.find_first_not_of("0123456789", kind.size() + 1) == std::string::npos;
}

// What `threadx devices --json` lists, and a device named for its kind where there is no driver.
struct Found {
    std::vector<BenchDevice> devices;
    std::vector<BenchDevice> missing;
};

Found read_inventory(const std::string& text) {
    const nlohmann::json inventory = nlohmann::json::parse(text);
    Found found;
    for (const nlohmann::json& device : inventory.at("devices"))
        found.devices.push_back({device.at("id"), device.at("name"), device.at("unusable")});
    for (const nlohmann::json& driver : inventory.at("missing"))
        found.missing.push_back({driver.at("kind"), "", driver.at("reason")});
    return found;
}

// Why there is no device of this id or kind.
std::string reason_of_absence(const Found& found, const std::string& kind) {
    std::string others;
    for (const BenchDevice& driver : found.missing)
        if (driver.id == kind) return driver.unusable;
    for (const BenchDevice& device : found.devices) others += (others.empty() ? "" : ", ") + device.id;
    return fmt::format("there is no such device; there are: {}", others);
}

std::vector<BenchDevice> named(const Found& found, const std::string& name) {
    if (name == automatic.id) return {automatic};
    std::vector<BenchDevice> out;
    const bool is_kind =
        std::find(driver_kinds().begin(), driver_kinds().end(), name) != driver_kinds().end();
    for (const BenchDevice& device : found.devices)
        if (name == "all" || device.id == name || (is_kind && kind_of(device.id) == name))
            out.push_back(device);
    if (name == "all") out.insert(out.end(), found.missing.begin(), found.missing.end());
    if (!out.empty()) return out;
    if (is_kind || looks_like_id(name)) return {{name, "", reason_of_absence(found, kind_of(name))}};
    std::vector<std::string> known = {"all", automatic.id};
    known.insert(known.end(), driver_kinds().begin(), driver_kinds().end());
    for (const BenchDevice& device : found.devices) known.push_back(device.id);
    throw InputError(fmt::format("--devices: unknown device '{}'{}", name, suggestion(name, known)));
}

} // namespace

std::vector<BenchDevice> find_bench_devices(const std::string& names,
                                            const std::vector<std::string>& settings,
                                            const std::filesystem::path& messages,
                                            const std::atomic<bool>* stop) {
    if (names == "cpu") return {{"cpu", "", ""}}; // no driver is opened for these
    if (names == "auto") return {automatic};
    std::vector<std::string> arguments = {"devices", "--json"};
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    const ChildResult listed = run_threadx(arguments, messages, stop);
    if (listed.interrupted) return {};
    const Found found = read_inventory(listed.output);
    std::vector<BenchDevice> out;
    for (std::size_t at = 0; at <= names.size();) {
        const std::size_t comma = std::min(names.find(',', at), names.size());
        for (BenchDevice& device : named(found, names.substr(at, comma - at)))
            if (std::find(out.begin(), out.end(), device) == out.end()) out.push_back(std::move(device));
        at = comma + 1;
    }
    return out;
}

} // namespace threadx
