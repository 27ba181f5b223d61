// The public header last: g++ takes enumerators named as its `cpu` for mistakes where they come after it.
#include <algorithm>
#include <exception>
#include <thread>

#include <fmt/format.h>

#include "api/calibration_work.hpp"
#include "api/distribution.hpp"
#include "api/indicator_bank_implementation.hpp"
#include "api/managed_devices.hpp"
#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "placement/balance.hpp"
#include "placement/calibration.hpp"
#include "threadx/device_manager.hpp"

namespace threadx {
namespace {

// Where the settings fix a balance, its devices are the ones that are meant.
MachineOptions with_devices_of_balance(MachineOptions options) {
    if (options.devices != "auto") return options;
    std::optional<std::filesystem::path> file;
    if (!options.settings.empty()) file = options.settings;
    const Settings settings = load_settings(file, options.overrides);
    const std::vector<BalanceShare> shares =
        parse_balance(settings.gpu.balance, settings.source + ": [gpu] balance");
    if (shares.empty()) return options;
    options.devices.clear();
    for (const BalanceShare& share : shares)
        options.devices += (options.devices.empty() ? "" : ",") + share.device;
    return options;
}

// The processor's threads each do a part.
void run_in_parts(std::uint64_t items, std::size_t workers,
                  const std::function<void(std::uint64_t items)>& work) {
    std::mutex mutex;
    std::exception_ptr error;
    const auto part = [&](std::size_t i) {
        try {
            const std::uint64_t count = items * (i + 1) / workers - items * i / workers;
            if (count > 0) work(count);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
        }
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(part, i);
    part(0);
    for (std::jthread& thread : threads) thread.join();
    if (error) std::rethrow_exception(error);
}

void check(const ProfileOptions& options) {
    if (options.sample_size < 1) throw InputError("profile_auto_balance: sample_size must be 1 or more");
    if (options.warmup < 0)
        throw InputError(fmt::format("profile_auto_balance: {} warm-ups: 0 or more", options.warmup));
    if (options.runs < 1)
        throw InputError(fmt::format("profile_auto_balance: {} runs: 1 or more are needed", options.runs));
    if (options.workload_tag.empty()) throw InputError("profile_auto_balance: workload_tag is empty");
}

} // namespace

class DeviceManager::Implementation {
  public:
    explicit Implementation(MachineOptions options)
        : machine(with_devices_of_balance(std::move(options))),
          bank(std::make_unique<IndicatorBank::Implementation>(machine)),
          fixed(machine.settings().gpu.balance) {}

    std::vector<ManagedDevice> devices() {
        const std::lock_guard lock(mutex_);
        if (devices_.empty()) devices_ = open_managed_devices(machine, notes_);
        return devices_;
    }

    // Where the processor alone is done sooner than GPUs are found, they are not looked for.
    std::vector<ManagedDevice> devices_for(std::uint64_t items, const DistributeOptions& options) {
        {
            const std::lock_guard lock(mutex_);
            if (!devices_.empty()) return devices_;
        }
        if (!machine.devices().may_wait() || balance(options).is_fixed()) return devices();
        const ManagedDevice processor = managed_processor(machine);
        const auto cost = machine.rates().cost(key(processor, options.workload_tag));
        const double start = machine.rates().least_start_seconds().value_or(unknown_start_seconds);
        if (!cost || cost->seconds(static_cast<double>(items)) >= start) return devices();
        return {processor};
    }

    const Balance& balance(const DistributeOptions& options) const {
        return options.balance.is_fixed() ? options.balance : fixed;
    }

    static WorkKey key(const ManagedDevice& device, const std::string& tag) {
        return user_key(device.properties, tag);
    }

    static std::string title(const ManagedDevice& device) { return device.info.id + " " + device.info.name; }

    void run(std::uint64_t items, const std::function<void(const SliceContext&)>& work,
             const DistributeOptions& options);
    Balance profile(const ProfileOptions& options,
                    const std::function<Calibration(const ManagedDevice&)>& measure);
    Calibration measure_own(const CalibrationWork& work, const ManagedDevice& device,
                            const CalibrationOptions& options);

    std::vector<std::string> notes() const {
        const std::lock_guard lock(mutex_);
        return notes_;
    }
    std::vector<DeviceUse> last_use() const {
        const std::lock_guard lock(mutex_);
        return last_use_;
    }

    Machine machine;
    IndicatorBank bank;

  private:
    const Balance fixed; // by the settings
    mutable std::mutex mutex_;
    std::vector<ManagedDevice> devices_;
    std::vector<std::string> notes_;
    std::vector<DeviceUse> last_use_;
};

void DeviceManager::Implementation::run(std::uint64_t items,
                                        const std::function<void(const SliceContext&)>& work,
                                        const DistributeOptions& options) {
    std::vector<DeviceUse> use;
    if (items > 0) {
        const std::vector<ManagedDevice> devices = devices_for(items, options);
        DistributedWork distribution;
        distribution.items = items;
        distribution.options.cores = machine.devices().processor().compute_units;
        distribution.options.shares = shares_of(balance(options), devices);
        for (const ManagedDevice& device : devices) {
            DispatchDevice dispatch;
            dispatch.model = {
                .id = device.info.id,
                .cost = machine.rates().cost(key(device, options.workload_tag)).value_or(WorkCost{}),
                .processor_threads = device.processor_threads};
            dispatch.workers = device.workers;
            distribution.devices.push_back({device.info, dispatch});
        }
        distribution.work = [&](std::size_t device, IdRange range) {
            const std::uint64_t before = std::min<std::uint64_t>(options.halo.before, range.first);
            const std::uint64_t after = std::min<std::uint64_t>(options.halo.after, items - range.last);
            work(SliceContext(options.seed, distribution.devices[device].info, range.first, range.last,
                              static_cast<std::size_t>(before), static_cast<std::size_t>(after)));
        };
        distribution.observe = [&](std::size_t device, IdRange range, double seconds) {
            machine.rates().add({key(devices[device], options.workload_tag), title(devices[device]),
                                 static_cast<double>(range.size()), seconds});
        };
        use = run_distribution(distribution);
    }
    const std::lock_guard lock(mutex_);
    last_use_ = std::move(use);
}

Balance
DeviceManager::Implementation::profile(const ProfileOptions& options,
                                       const std::function<Calibration(const ManagedDevice&)>& measure) {
    std::vector<DeviceShare> shares;
    double sum = 0.0;
    std::string failure;
    for (const ManagedDevice& device : devices()) {
        Calibration calibration;
        try {
            calibration = measure(device);
        } catch (const DeviceError& error) {
            failure = error.what();
            machine.log()(fmt::format("{} is left out: {}", device.info.id, failure));
            continue;
        }
        machine.log()(calibration_line(device.info.id, calibration));
        machine.rates().add({key(device, options.workload_tag), title(device),
                             static_cast<double>(calibration.samples), calibration.seconds});
        shares.push_back({device.info.id, 0.0, calibration.rate()});
        sum += calibration.rate();
    }
    if (shares.empty()) throw DeviceError("no device can do this work: " + failure);
    for (DeviceShare& share : shares) share.share = share.items_per_second / sum;
    Balance balance(std::move(shares));
    machine.log()("balance updated: " + balance.text());
    machine.rates().flush();
    return balance;
}

Calibration DeviceManager::Implementation::measure_own(const CalibrationWork& work,
                                                       const ManagedDevice& device,
                                                       const CalibrationOptions& options) {
    const Stopwatch clock;
    const auto now = [&clock] { return clock.seconds(); };
    if (device.properties.kind == DeviceKind::cpu) {
        const KernelTable& kernels = choose_kernels(machine.settings().performance.instruction_set);
        return calibrate([&](std::uint64_t items) { work.run_on_processor(items, kernels, device.workers); },
                         options, now);
    }
    GpuDevice& gpu = *machine.devices().open(device.properties).gpu;
    const std::uint64_t free_before = gpu.accelerator().free_bytes();
    const std::uint64_t memory = device.properties.is_cpu ? machine.settings().memory_budget_bytes()
                                                          : machine.settings().gpu.memory_bytes(free_before);
    CalibrationWork::OnDevice on_device(work, gpu, memory);
    Calibration calibration = calibrate([&](std::uint64_t items) { on_device.run(items); }, options, now);
    const std::uint64_t free_after = gpu.accelerator().free_bytes();
    if (free_before > free_after) calibration.memory_bytes = static_cast<double>(free_before - free_after);
    return calibration;
}

DeviceManager::DeviceManager(MachineOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(options))) {}
DeviceManager::~DeviceManager() = default;

// Never destroyed: when a program ends, the drivers may be gone before it. What it measured is written down
// all the same.
DeviceManager& DeviceManager::default_manager() {
    static auto* const manager = new DeviceManager; // NOLINT(cppcoreguidelines-owning-memory)
    struct Keeper {
        ~Keeper() {
            try {
                manager->flush();
            } catch (const std::exception&) { // there is nobody left to tell
            }
        }
    };
    static const Keeper keeper;
    return *manager;
}

std::vector<DeviceInfo> DeviceManager::devices() {
    std::vector<DeviceInfo> out;
    for (const ManagedDevice& device : implementation_->devices()) out.push_back(device.info);
    return out;
}

std::vector<std::string> DeviceManager::notes() const { return implementation_->notes(); }

IndicatorBank& DeviceManager::bank() { return implementation_->bank; }

Balance DeviceManager::profile_auto_balance(const ProfileOptions& options) {
    check(options);
    const CalibrationOptions calibration{
        .sample_size = options.sample_size, .warmup = options.warmup, .runs = options.runs};
    implementation_->machine.log()(calibration_begins(calibration));
    const CalibrationWork work;
    return implementation_->profile(options, [&](const ManagedDevice& device) {
        return implementation_->measure_own(work, device, calibration);
    });
}

Balance DeviceManager::profile_auto_balance(const ProfileOptions& options, const ProfiledWork& work) {
    check(options);
    const CalibrationOptions calibration{
        .sample_size = options.sample_size, .warmup = options.warmup, .runs = options.runs};
    implementation_->machine.log()(calibration_begins(calibration));
    const Stopwatch clock;
    return implementation_->profile(options, [&](const ManagedDevice& device) {
        const auto run = [&](std::uint64_t items) {
            run_in_parts(items, device.workers, [&](std::uint64_t part) { work(part, device.info); });
        };
        return calibrate(run, calibration, [&clock] { return clock.seconds(); });
    });
}

void DeviceManager::run(std::uint64_t items, const std::function<void(const SliceContext&)>& work,
                        const DistributeOptions& options) {
    implementation_->run(items, work, options);
}

std::vector<DeviceUse> DeviceManager::last_use() const { return implementation_->last_use(); }

void DeviceManager::flush() { implementation_->machine.rates().flush(); }

namespace detail {

void wrong_result_count(std::size_t results, const SliceContext& context) {
    throw InputError(fmt::format("distribute: the function gave {} results for a slice of {} items ({} of "
                                 "them its halo): one for each "
                                 "is needed",
                                 with_thousands(results), with_thousands(context.slice_size()),
                                 with_thousands(context.before() + context.after())));
}

void wrong_result_space(std::size_t results, std::size_t items) {
    throw InputError(fmt::format("distribute_into: there is space for {} results of {} items",
                                 with_thousands(results), with_thousands(items)));
}

} // namespace detail
} // namespace threadx
