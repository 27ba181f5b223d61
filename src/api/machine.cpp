#include "api/machine.hpp"

#include <cstdio>

namespace threadx {
namespace {

LogLine log_of(const MachineOptions& options) {
    if (options.log) return options.log;
    return [](std::string_view line) {
        std::fprintf(stderr, "threadx: %.*s\n", static_cast<int>(line.size()), line.data());
    };
}

Settings settings_of(const MachineOptions& options) {
    std::optional<std::filesystem::path> file;
    if (!options.settings.empty()) file = options.settings;
    return load_settings(file, options.overrides);
}

} // namespace

std::filesystem::path profile_folder(const std::string& asked, const Settings& settings) {
    if (asked == "none") return {};
    return asked.empty() ? settings.profiles_folder() : std::filesystem::path(asked);
}

Machine::Machine(const MachineOptions& options)
    : Machine(settings_of(options), options.devices, options.profiles, log_of(options)) {}

Machine::Machine(Settings machine_settings, std::string devices, const std::string& profiles,
                 LogLine log_line)
    : log_(std::move(log_line)), settings_(std::move(machine_settings)),
      rates_(profile_folder(profiles, settings_), log_), devices_(settings_, std::move(devices), rates_),
      columns_(settings_, devices_, rates_, log_) {}

} // namespace threadx
