#include "sweep/run_devices.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "device/cpu/host_processor.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/gpu/started_gpu.hpp"
#include "sweep/device_models.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

// Bar-scenarios a second of one worker, as long as nothing was measured: about what AVX2 does.
constexpr double unmeasured_worker_rate = 5e8;
// What it takes to open the drivers, as long as it was not measured.
constexpr double unmeasured_look_seconds = 0.1;
// Looking for GPUs may take so much of a run in vain.
constexpr double look_share = 0.02;
// So much work is worth a thread of its own: to start one takes nearly as long.
constexpr double worth_a_worker_seconds = 0.5e-3;

std::string device_names(const std::vector<BalanceShare>& shares) {
    std::string names;
    for (const BalanceShare& share : shares) names += (names.empty() ? "" : ",") + share.device;
    return names;
}

std::size_t workers_of(const Settings& settings, const PreparedSweep& sweep, std::uint64_t scenarios) {
    if (settings.performance.max_workers > 0) return settings.workers(); // the user chose
    const double seconds =
        static_cast<double>(scenarios) * static_cast<double>(sweep.simulated_bars()) / unmeasured_worker_rate;
    const auto most = static_cast<double>(settings.workers());
    return static_cast<std::size_t>(std::clamp(seconds / worth_a_worker_seconds, 1.0, most));
}

} // namespace

RunDevices::RunDevices(const Settings& settings, const DeviceWishes& wishes, const PreparedSweep& sweep,
                       std::uint64_t scenarios, const Profiles& profiles)
    : settings_(settings), sweep_(sweep), profiles_(profiles),
      workers_(workers_of(settings, sweep, scenarios)), request_(settings.device_request(wishes.names)) {
    take_shares(wishes);
    if (request_.names == "cpu") {
        notes_.emplace_back("the CPU alone was asked for: no GPU was looked for");
        const DeviceProperties processor = host_processor();
        check_shares({&processor, 1}, wishes);
        return;
    }
    if (request_.names == "auto" && request_.listed.empty()) {
        if (!settings.gpu.enabled)
            notes_.emplace_back("GPUs are switched off ([gpu] enabled): none was looked for");
        else
            look_later_ = worth_looking(scenarios);
        return;
    }
    choice_ = choose();
    cpu_ = std::any_of(choice_.devices.begin(), choice_.devices.end(),
                       [](const DeviceProperties& device) { return device.kind == DeviceKind::cpu; });
    notes_ = choice_.notes;
    check_shares(choice_.devices, wishes);
}

// Shares name the devices of a run, unless --devices does. Those of the settings are for runs that have such
// devices; those of --balance are meant.
void RunDevices::take_shares(const DeviceWishes& wishes) {
    const bool from_settings = wishes.balance.empty();
    const std::string& text = from_settings ? settings_.gpu.balance : wishes.balance;
    shares_ = parse_balance(text, from_settings ? fmt::format("{}: [gpu] balance", settings_.source)
                                                : fmt::format("--balance {}", text));
    if (shares_.empty()) return;
    if (wishes.names == "auto") {
        request_.names = device_names(shares_);
        request_.option = from_settings ? "[gpu] balance:" : "--balance:";
    } else if (from_settings) {
        shares_.clear();
        notes_.push_back(fmt::format("[gpu] balance = \"{}\" is not used: --devices {} says otherwise", text,
                                     wishes.names));
    }
}

void RunDevices::check_shares(std::span<const DeviceProperties> devices, const DeviceWishes& wishes) const {
    for (const BalanceShare& share : shares_)
        if (std::none_of(devices.begin(), devices.end(),
                         [&](const DeviceProperties& device) { return names_device(share.device, device); }))
            throw InputError(fmt::format("--balance {}={}: it is not among the devices of --devices {}",
                                         share.device, share.share, wishes.names));
}

SweepWork RunDevices::work() const {
    return {sweep_, choose_kernels(settings_.performance.instruction_set).name, workers_};
}

bool RunDevices::worth_looking(std::uint64_t scenarios) {
    const DeviceModel cpu = device_model(host_processor(), work(), profiles_);
    const auto items = static_cast<double>(scenarios);
    const double cpu_seconds =
        cpu.cost.known() ? cpu.cost.seconds(items) + once_seconds(cpu.once, items)
                         : items * work().bars() / (unmeasured_worker_rate * static_cast<double>(workers_));
    const std::optional<WorkCost> look = profiles_.cost(look_key());
    const double look_seconds = look ? look->item_seconds : unmeasured_look_seconds;
    double least_start = 0.0; // of a GPU that was here before
    for (const auto& [key, profile] : profiles_.entries)
        if (is_start_of_gpu(key.work) && (least_start == 0.0 || profile.rate.item_seconds() < least_start))
            least_start = profile.rate.item_seconds();
    const bool worth = least_start > 0.0 ? cpu_seconds > look_seconds + least_start
                                         : cpu_seconds * look_share > look_seconds;
    if (!worth)
        notes_.push_back(fmt::format(
            "no GPU was looked for: the CPU is predicted to need {}, {}", seconds_text(cpu_seconds),
            least_start > 0.0
                ? fmt::format("a GPU {} to start", seconds_text(look_seconds + least_start))
                : fmt::format("looking takes {} and none is known here", seconds_text(look_seconds))));
    return worth;
}

// Opening a driver takes a tenth of a second and more, so only those that are meant are opened. Where that
// leads to nothing, the message is to tell of all.
DeviceChoice RunDevices::choose() const {
    try {
        return choose_among(kinds_meant(request_));
    } catch (const InputError&) {
        return choose_among(accelerator_kinds);
    }
}

DeviceChoice RunDevices::choose_among(std::span<const DeviceKind> kinds) const {
    drivers_ = open_drivers(settings_.drivers(), kinds);
    const Inventory inventory = take_inventory(drivers_);
    DeviceChoice choice = choose_devices(inventory, request_);
    for (const MissingDriver& missing : inventory.missing) // the choice tells of those that were asked for
        if (std::find(choice.notes.begin(), choice.notes.end(), missing.reason) == choice.notes.end())
            choice.notes.push_back(missing.reason);
    return choice;
}

std::unique_ptr<BatchDevice> RunDevices::start(const DeviceProperties& device) const {
    const auto budget = [&](std::uint64_t free_bytes) {
        return device.is_cpu ? settings_.memory_budget_bytes() : settings_.gpu.memory_bytes(free_bytes);
    };
    const auto most_at_once = [&](std::uint64_t free_bytes) -> std::uint64_t {
        const auto cap = profiles_.caps.find(work().key(device));
        // With more memory than then, it may be tried again.
        if (cap == profiles_.caps.end() || free_bytes / 5 * 4 > cap->second.free_bytes) return 0;
        return std::max<std::uint64_t>(1, cap->second.items / sweep_.simulated_bars());
    };
    const DeviceSweep device_sweep = {sweep_.strategy(),  sweep_.plan(),      sweep_.data().bars,
                                      sweep_.execution(), sweep_.precision(), sweep_.scope()};
    return start_gpu([&] { return open_device(drivers_, device); }, device_sweep,
                     {budget, most_at_once, gpu_workers(device, settings_.gpu.workers)});
}

std::vector<RunDevice> RunDevices::run_devices(const DeviceChoice& choice) const {
    std::vector<RunDevice> devices;
    for (const DeviceProperties& device : choice.devices)
        if (device.kind != DeviceKind::cpu)
            devices.push_back({device, gpu_workers(device, settings_.gpu.workers),
                               [this, device] { return start(device); },
                               gpu_bars_workers(device, sweep_.data().bars.size(), settings_.gpu.workers)});
    return devices;
}

RunOptions RunDevices::run_options() const {
    RunOptions run;
    run.workers = workers_;
    run.batch_size = static_cast<std::uint64_t>(settings_.performance.batch_size);
    run.instruction_set = settings_.performance.instruction_set;
    run.cpu = cpu();
    run.shares = shares();
    run.find_devices = finder();
    run.find_first = all_known();
    return run;
}

FindDevices RunDevices::finder() const {
    if (look_later_)
        return [this](const std::function<void(std::string)>& note) {
            const Stopwatch time;
            const DeviceChoice choice = choose();
            looked_.push_back({look_key(), "drivers", 1.0, time.seconds()});
            for (const std::string& text : choice.notes) note(text);
            return run_devices(choice);
        };
    std::vector<RunDevice> devices = run_devices(choice_);
    if (devices.empty()) return {};
    return [devices = std::move(devices)](const std::function<void(std::string)>&) { return devices; };
}

std::vector<DeviceModel> RunDevices::models() const {
    std::vector<DeviceModel> models;
    DeviceChoice choice = choice_;
    if (choice.devices.empty() && settings_.gpu.enabled && request_.names != "cpu") choice = choose();
    if (choice.devices.empty()) choice.devices.push_back(host_processor());
    for (const DeviceProperties& device : choice.devices)
        models.push_back(device_model(device, work(), profiles_));
    return models;
}

} // namespace threadx
