// `threadx profile`: what was measured on this machine's devices, and measuring it anew.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/table.hpp"
#include "market/time_text.hpp"
#include "placement/profile_file.hpp"
#include "sweep/device_calibration.hpp"
#include "sweep/profile_standing.hpp"
#include "sweep/settings.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Precision> parse_precisions(const std::string& text) {
    const std::vector<std::string> known = {"float64", "float32"};
    std::vector<Precision> precisions;
    std::istringstream list(text);
    for (std::string name; std::getline(list, name, ',');) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw InputError(fmt::format("--precision: unknown '{}'{}", name, suggestion(name, known)));
        const Precision precision = name == "float32" ? Precision::float32 : Precision::float64;
        if (std::find(precisions.begin(), precisions.end(), precision) == precisions.end())
            precisions.push_back(precision);
    }
    if (precisions.empty())
        throw InputError("--precision: a name is missing; expected float64, float32 or both");
    return precisions;
}

// Those that `names` asks for; "all": every one that can be used.
std::vector<DeviceProperties> devices_asked_for(const Inventory& inventory, const Settings& settings,
                                                const std::string& names) {
    if (names != "all") return choose_devices(inventory, settings.device_request(names)).devices;
    std::vector<DeviceProperties> devices;
    for (const DeviceProperties& device : inventory.devices)
        if (device.unusable.empty()) devices.push_back(device);
    return devices;
}

// The profiles as this machine sees them today.
class View {
  public:
    View(Profiles profiles, const Inventory& inventory, const Settings& settings)
        : profiles_(std::move(profiles)), inventory_(inventory), standing_(inventory, settings) {}

    // Leaves only what is of these devices, and in these precisions or in none.
    void keep(const std::vector<DeviceProperties>* devices, const std::vector<Precision>& precisions) {
        const auto other = [&](const WorkKey& work) {
            const bool asked_precision =
                work.precision.empty() ||
                std::any_of(precisions.begin(), precisions.end(),
                            [&](Precision one) { return precision_name(one) == work.precision; });
            const bool asked_device = devices == nullptr || std::any_of(devices->begin(), devices->end(),
                                                                        [&](const DeviceProperties& one) {
                                                                            return one.uuid == work.uuid;
                                                                        });
            return !asked_precision || !asked_device;
        };
        std::erase_if(profiles_.entries, [&](const auto& entry) { return other(entry.first.work); });
        std::erase_if(profiles_.caps, [&](const auto& cap) { return other(cap.first); });
    }

    void print(const ProfileFile& file) const {
        std::vector<TableLine> work = {
            {"device", "work", "precision", "batch", "items/s", "spread", "runs", "age", ""}};
        std::vector<TableLine> starts = {{"start of", "seconds", "spread", "runs", "age", ""}};
        for (const auto* entry : in_order()) {
            const auto& [key, profile] = *entry;
            const std::string spread = fmt::format("{:.1f} %", 100.0 * profile.rate.spread());
            const std::string runs = std::to_string(profile.rate.state().count);
            const std::string age = age_text(profile.updated);
            const double seconds = profile.rate.item_seconds();
            if (is_preparation(key.work))
                starts.push_back({label(key.work, profile.device), fmt::format("{:.3f}", seconds), spread,
                                  runs, age, standing_.remark(key.work)});
            else
                work.push_back({label(key.work, profile.device), key.work.tag, key.work.precision,
                                whole(batch_items(key, profile)), whole(1.0 / seconds), spread, runs, age,
                                standing_.remark(key.work)});
        }
        std::vector<TableLine> caps = {
            {"did not fit on", "work", "precision", "scenarios", "free", "age", ""}};
        for (const auto& [key, cap] : profiles_.caps)
            caps.push_back({label(key, key.uuid), key.tag, key.precision, with_thousands(cap.items),
                            bytes_text(static_cast<double>(cap.free_bytes)), age_text(cap.updated),
                            standing_.remark(key)});
        if (work.size() == 1 && starts.size() == 1 && caps.size() == 1)
            std::printf("nothing was measured yet; `threadx profile --recalibrate` does\n");
        for (const auto& table : {work, starts, caps}) {
            if (table.size() == 1) continue;
            print_table(table);
            std::printf("\n");
        }
        std::printf("%s\n", file.keeps() ? fmt::format("kept in {}", file.path().string()).c_str()
                                         : "no profiles are kept: [paths] profiles is empty, or there is no "
                                           "HOME");
    }

    Json json(const ProfileFile& file, const std::vector<std::string>& warnings) const {
        Json work = Json::array(), starts = Json::array(), caps = Json::array(), costs = Json::array();
        const WorkKey* last = nullptr;
        for (const auto* at : in_order()) {
            const auto& [key, profile] = *at;
            Json entry = key_json(key.work, profile.device);
            if (is_preparation(key.work)) {
                entry["seconds"] = profile.rate.item_seconds();
            } else {
                entry["size_bucket"] = key.size_bucket;
                entry["batch_items"] = batch_items(key, profile);
                entry["item_seconds"] = profile.rate.item_seconds();
            }
            entry["spread"] = profile.rate.spread();
            entry["runs"] = profile.rate.state().count;
            entry["updated"] = profile.updated;
            (is_preparation(key.work) ? starts : work).push_back(std::move(entry));
            if (is_preparation(key.work) || (last != nullptr && *last == key.work)) continue;
            last = &key.work;
            if (const std::optional<WorkCost> cost = profiles_.cost(key.work)) {
                costs.push_back(key_json(key.work, profile.device));
                costs.back()["batch_seconds"] = cost->batch_seconds;
                costs.back()["item_seconds"] = cost->item_seconds;
            }
        }
        for (const auto& [key, cap] : profiles_.caps) {
            caps.push_back(key_json(key, ""));
            caps.back()["scenarios"] = cap.items;
            caps.back()["free_bytes"] = cap.free_bytes;
            caps.back()["updated"] = cap.updated;
        }
        return {{"file", file.path().string()}, {"profiles", work},    {"costs", costs}, {"starts", starts},
                {"memory_caps", caps},          {"warnings", warnings}};
    }

  private:
    using Entry = std::map<ProfileKey, Profile>::value_type;

    // By device, in the order of the inventory; those that are not there last.
    std::vector<const Entry*> in_order() const {
        std::vector<const Entry*> entries;
        for (const Entry& entry : profiles_.entries) entries.push_back(&entry);
        const auto place = [&](const Entry* entry) {
            const DeviceProperties* device = standing_.device_of(entry->first.work);
            return device == nullptr ? inventory_.devices.size()
                                     : static_cast<std::size_t>(device - inventory_.devices.data());
        };
        std::stable_sort(entries.begin(), entries.end(),
                         [&](const Entry* a, const Entry* b) { return place(a) < place(b); });
        return entries;
    }

    static double batch_items(const ProfileKey& key, const Profile& profile) {
        return profile.items > 0.0 ? profile.items : std::ldexp(1.5, key.size_bucket);
    }

    static std::string whole(double number) {
        return number < 1e18 ? with_thousands(static_cast<unsigned long long>(std::round(number)))
                             : fmt::format("{:.3g}", number);
    }

    std::string label(const WorkKey& work, const std::string& recorded) const {
        const DeviceProperties* device = standing_.device_of(work);
        return device == nullptr ? recorded : device->id;
    }

    Json key_json(const WorkKey& work, const std::string& recorded) const {
        const DeviceProperties* device = standing_.device_of(work);
        return {{"device", device == nullptr ? Json(nullptr) : Json(device->id)},
                {"measured_as", recorded},
                {"uuid", work.uuid},
                {"driver", work.driver},
                {"kernels", work.kernels},
                {"work", work.tag},
                {"precision", work.precision},
                {"current", standing_.remark(work).empty()},
                {"remark", standing_.remark(work)}};
    }

    Profiles profiles_;
    const Inventory& inventory_;
    ProfileStanding standing_;
};

} // namespace

int profile_command(const ProfileCommandOptions& options) {
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const std::vector<Precision> precisions = parse_precisions(options.precision);
    const ProfileFile file(settings.profiles_folder());
    if (options.recalibrate && !file.keeps())
        throw InputError(fmt::format("--recalibrate: nothing could be kept: [paths] profiles is '{}' in {}, "
                                     "and there is no HOME; name a folder with --set paths.profiles=FOLDER",
                                     settings.paths.profiles, settings.source));
    const TimedDrivers drivers = open_timed_drivers(settings.drivers());
    const std::vector<DeviceProperties> devices =
        devices_asked_for(drivers.inventory, settings, options.devices);
    std::vector<std::string> warnings;
    std::vector<std::string> failures;
    if (options.recalibrate) {
        const CalibrationRequest request = {devices, precisions, options.stop};
        const CalibrationResult result = calibrate_devices(
            request, drivers, settings, [](const std::string& text) { spdlog::info("{}", text); });
        if (result.interrupted) {
            spdlog::warn("interrupted: the profiles are as they were");
            return exit_interrupted;
        }
        file.change([&](Profiles& profiles) { renew_profiles(profiles, request, result, utc_now()); },
                    warnings);
        failures = result.failures;
    }
    View view(file.read(warnings), drivers.inventory, settings);
    view.keep(options.devices == "all" ? nullptr : &devices, precisions);
    for (const std::string& warning : warnings) spdlog::warn("{}", warning);
    if (options.json)
        std::printf("%s\n",
                    view.json(file, warnings).dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    else
        view.print(file);
    for (const std::string& failure : failures) spdlog::error("{}", failure);
    return failures.empty() ? exit_done : exit_failed;
}

} // namespace threadx
