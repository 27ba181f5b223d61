#include "sweep/settings.hpp"

#include <cstdlib>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "device/kernel_cache.hpp"
#include "placement/profile_file.hpp"

namespace threadx {
namespace {

const std::vector<Field<PathSettings>> path_fields = {
    {"data", &PathSettings::data, "folder searched for data files not found beside the sweep's file"},
    {"runs", &PathSettings::runs, "folder of run directories, where --out is not given"},
    {"profiles", &PathSettings::profiles,
     "folder of measured device profiles; auto = in the user's cache, none if empty"},
    {"logs", &PathSettings::logs, "folder of log files; none if empty"},
    {"kernel_cache", &PathSettings::kernel_cache,
     "folder of compiled GPU kernels; auto = in the user's cache, none if empty"}};

const std::vector<Field<GpuSettings>> gpu_fields = {
    {"enabled", &GpuSettings::enabled, "whether GPUs may be used"},
    {"multi_gpu_enabled", &GpuSettings::multi_gpu_enabled, "whether more than one GPU may be used"},
    {"devices", &GpuSettings::devices, "which; all if empty"},
    {"balance", &GpuSettings::balance, "auto, or shares such as \"cuda:0=0.8,cpu=0.2\""},
    {"memory_budget", &GpuSettings::memory_budget, "of each GPU's free memory, as a share or in bytes"},
    {"workers",
     &GpuSettings::workers,
     "threads that bring work to each GPU and make rows of what comes back; 0 = chosen by the program",
     {.minimum = 0, .maximum = 64}},
    {"nvrtc", &GpuSettings::nvrtc, "CUDA's compiler: file or folder; searched for if empty"}};

const std::vector<Field<PerformanceSettings>> performance_fields = {
    {"max_workers",
     &PerformanceSettings::max_workers,
     "CPU threads; 0 = all of the machine's",
     {.minimum = 0, .maximum = 1024}},
    {"batch_size",
     &PerformanceSettings::batch_size,
     "scenarios a device takes at a time; 0 = chosen by the program",
     {.minimum = 0, .maximum = 1e9}},
    {"memory_budget", &PerformanceSettings::memory_budget, "memory for columns shared by scenarios"},
    {"instruction_set",
     &PerformanceSettings::instruction_set,
     "of the CPU",
     {.choices = {"auto", "avx512", "avx2", "sse2", "scalar"}}}};

const std::vector<Field<LoggingSettings>> logging_fields = {
    {"level",
     &LoggingSettings::level,
     "least serious messages shown",
     {.choices = {"debug", "info", "warning", "error", "off"}}},
    {"watch", &LoggingSettings::watch, "whether runs note load, temperature and power of their devices"}};

// "80%" or "4GiB".
struct MemoryAmount {
    double share = 0.0;
    std::uint64_t bytes = 0; // 0: the share
};

std::optional<MemoryAmount> parse_memory_amount(const std::string& text) {
    if (!text.empty() && text.back() == '%') {
        const std::optional<double> percent = parse_number(text.substr(0, text.size() - 1));
        if (!percent || !(*percent > 0.0 && *percent <= 100.0)) return std::nullopt;
        return MemoryAmount{*percent / 100.0, 0};
    }
    const std::optional<double> bytes = parse_bytes(text);
    if (!bytes || *bytes < 1.0) return std::nullopt;
    return MemoryAmount{0.0, static_cast<std::uint64_t>(*bytes)};
}

std::optional<std::filesystem::path> settings_file() {
    std::error_code ignored;
    for (const std::filesystem::path& place : settings_places())
        if (std::filesystem::exists(place, ignored)) return place;
    return std::nullopt;
}

// Reads a section, where it is there, and notes what is in force then.
template <class T>
void read_section(const std::string& name, const ConfigNode* table, const std::vector<Field<T>>& fields,
                  T& out, std::vector<SettingInForce>& in_force) {
    if (table != nullptr) read_fields(*table, fields, out);
    for (SettingInForce& setting : settings_in_force(name, table, fields, out))
        in_force.push_back(std::move(setting));
}

// A value of `table`, where it is there, must be what `is_right` says.
template <class Check>
void check_text(const ConfigNode* table, const char* key, Check is_right, const char* expected) {
    const ConfigNode* const node = table == nullptr ? nullptr : table->find(key);
    if (node != nullptr && !is_right(node->text())) node->fail(expected);
}

Settings settings_of(const ConfigNode& root, const std::string& source) {
    Settings settings;
    settings.source = source;
    root.refuse_unknown_keys({"paths", "gpu", "optimization", "logging", "robustness"});
    const ConfigNode* const gpu = root.find("gpu");
    const ConfigNode* const optimization = root.find("optimization");
    if (optimization != nullptr) optimization->refuse_unknown_keys({"performance"});
    const ConfigNode* const performance = optimization ? optimization->find("performance") : nullptr;
    std::vector<SettingInForce>& in_force = settings.in_force;
    read_section("paths", root.find("paths"), path_fields, settings.paths, in_force);
    read_section("gpu", gpu, gpu_fields, settings.gpu, in_force);
    read_section("optimization.performance", performance, performance_fields, settings.performance, in_force);
    read_section("logging", root.find("logging"), logging_fields, settings.logging, in_force);
    read_section("robustness", root.find("robustness"), robustness_fields(), settings.robustness, in_force);
    check_text(gpu, "memory_budget", parse_memory_amount,
               "expected a share of the GPU's free memory such as \"80%\", or an amount such as \"4GiB\"");
    check_text(performance, "memory_budget", parse_bytes,
               "expected an amount of memory such as \"512MiB\" or \"2GB\"");
    return settings;
}

} // namespace

std::vector<std::filesystem::path> settings_places() {
    std::vector<std::filesystem::path> places = {"config/paths.toml"};
    const char* const folder = std::getenv("XDG_CONFIG_HOME");
    const char* const home = std::getenv("HOME");
    const std::filesystem::path below = "threadx/paths.toml";
    if (folder != nullptr && *folder != '\0')
        places.push_back(folder / below);
    else if (home != nullptr && *home != '\0')
        places.push_back(home / (".config" / below));
    return places;
}

Settings load_settings(const std::optional<std::filesystem::path>& file,
                       const std::vector<std::string>& overrides) {
    const std::optional<std::filesystem::path> chosen = file ? file : settings_file();
    const std::string source = chosen ? chosen->string() : "defaults";
    ConfigNode root = ConfigNode::parse(chosen ? read_file(*chosen) : "", source);
    for (const std::string& override_text : overrides) root.assign(override_text);
    return settings_of(root, source);
}

Settings default_settings() { return settings_of(ConfigNode{}, "defaults"); }

std::size_t Settings::workers() const {
    if (performance.max_workers > 0) return static_cast<std::size_t>(performance.max_workers);
    return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

std::uint64_t Settings::memory_budget_bytes() const {
    return static_cast<std::uint64_t>(parse_bytes(performance.memory_budget).value());
}

std::uint64_t GpuSettings::memory_bytes(std::uint64_t free_bytes) const {
    const MemoryAmount amount = parse_memory_amount(memory_budget).value();
    if (amount.bytes != 0) return std::min(amount.bytes, free_bytes);
    return static_cast<std::uint64_t>(amount.share * static_cast<double>(free_bytes));
}

DriverSettings Settings::drivers() const {
    const bool automatic = paths.kernel_cache == "auto";
    return {.nvrtc = gpu.nvrtc,
            .kernel_cache = automatic ? user_kernel_cache().string() : paths.kernel_cache};
}

std::filesystem::path Settings::profiles_folder() const {
    return paths.profiles == "auto" ? user_profiles() : std::filesystem::path(paths.profiles);
}

DeviceRequest Settings::device_request(const std::string& names) const {
    return {.names = names,
            .gpus_enabled = gpu.enabled,
            .several_gpus = gpu.multi_gpu_enabled,
            .listed = gpu.devices,
            .settings_source = source};
}

std::string describe_settings(const Settings& settings) {
    return describe_fields("paths", path_fields, settings.paths) + "\n" +
           describe_fields("gpu", gpu_fields, settings.gpu) + "\n" +
           describe_fields("optimization.performance", performance_fields, settings.performance) + "\n" +
           describe_fields("logging", logging_fields, settings.logging) + "\n" +
           describe_fields("robustness", robustness_fields(), settings.robustness);
}

} // namespace threadx
