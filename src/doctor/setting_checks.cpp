// The settings in force, and who gave each.
#include <array>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "device/kernel_cache.hpp"
#include "doctor/checkup.hpp"
#include "placement/profile_file.hpp"

namespace threadx {
namespace {

// What of the environment decides which settings, libraries and devices are found.
constexpr std::array variables = {"XDG_CONFIG_HOME",      "XDG_CACHE_HOME",    "LD_LIBRARY_PATH",
                                  "CUDA_VISIBLE_DEVICES", "CUDA_HOME",         "CUDA_PATH",
                                  "OCL_ICD_VENDORS",      "OCL_ICD_FILENAMES", "POCL_DEVICES"};

Finding check_file(const Checkup& checkup) {
    std::vector<std::string> places;
    for (const std::filesystem::path& place : settings_places()) places.push_back(place.string());
    const std::string source = checkup.settings().source;
    Finding out{FindingOutcome::ok, "file", source, "", {{"file", source}}};
    if (!checkup.settings_mistake().empty())
        return {FindingOutcome::failed, "file", checkup.settings_mistake(),
                "mend it there; everything else here was checked with the defaults"};
    if (source == "defaults") out.says = fmt::format("none: there is no {}", fmt::join(places, ", no "));
    return out;
}

// "auto" is a folder that nobody has named.
std::string meaning(const Settings& settings, const SettingInForce& setting) {
    const auto folder = [](const std::filesystem::path& path) {
        return path.empty() ? std::string("no folder, as HOME is not set") : path.string();
    };
    if (setting.value == "\"auto\"" && setting.key == "paths.profiles") return folder(user_profiles());
    if (setting.value == "\"auto\"" && setting.key == "paths.kernel_cache")
        return folder(user_kernel_cache());
    if (setting.value == "0" && setting.key == "optimization.performance.max_workers")
        return std::to_string(settings.workers());
    return "";
}

} // namespace

std::vector<Finding> check_settings(Checkup& checkup) {
    const Settings& settings = checkup.settings();
    std::vector<Finding> all = {check_file(checkup)};
    for (const SettingInForce& setting : settings.in_force) {
        if (setting.origin.empty() && setting.key.starts_with("robustness."))
            continue; // no part of a machine
        const std::string origin = setting.origin.empty() ? "default" : setting.origin;
        std::string value = setting.value;
        if (const std::string means = meaning(settings, setting); !means.empty()) value += ", here " + means;
        all.push_back({FindingOutcome::ok,
                       setting.key,
                       fmt::format("{}  [{}]", value, origin),
                       "",
                       {{"value", setting.value}, {"from", origin}}});
    }
    for (const char* const variable : variables) {
        const char* const value = std::getenv(variable);
        if (value == nullptr || *value == '\0') continue;
        all.push_back({FindingOutcome::ok,
                       variable,
                       fmt::format("{}  [environment]", value),
                       "",
                       {{"value", value}, {"from", "environment"}}});
    }
    if (const char* const faults = std::getenv("THREADX_FAULTS"))
        all.push_back({FindingOutcome::note,
                       "THREADX_FAULTS",
                       fmt::format("{}  [environment]: devices fail on purpose", faults),
                       "",
                       {{"value", faults}, {"from", "environment"}}});
    return all;
}

} // namespace threadx
