// Every device at a small computation whose answer is known, and how fast it is.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/cpu/processor_self_test.hpp"
#include "device/device_error.hpp"
#include "doctor/checkup.hpp"
#include "doctor/pci_devices.hpp"
#include "placement/balance.hpp"
#include "sweep/device_calibration.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t first_scenarios = 64;
constexpr std::uint64_t more_scenarios = 4; // times as many, until a sweep takes long enough
constexpr double long_enough = 0.15;        // seconds

// The standard sweep in one precision, and the devices that it was started on.
class RateBench {
  public:
    RateBench(const Checkup& checkup, Precision precision)
        : checkup_(checkup), sweep_(standard_sweep(precision, checkup.settings())),
          started_(checkup.opened(), *sweep_) {}

    // Opens the device and has it give its known answer; DeviceError if it does not.
    void start(const DeviceProperties& device) { started_.get(device); }

    // Bars of scenarios a second, columns included. DeviceError if others had to do its work.
    double rate(const DeviceProperties& device) {
        RunOptions options;
        options.workers = checkup_.settings().workers();
        options.instruction_set = checkup_.settings().performance.instruction_set;
        options.stop = checkup_.stop();
        started_.use({device}, options);
        for (std::uint64_t scenarios = first_scenarios;; scenarios *= more_scenarios) {
            const IdRange range = {0, std::min(scenarios, sweep_->range().last)};
            const RunResult result = run_sweep(*sweep_, {range}, options, [](const RowBlock&) {});
            if (result.interrupted) return 0.0;
            check_who_did_it(result, device, range.size());
            if (result.seconds >= long_enough || range.last == sweep_->range().last)
                return static_cast<double>(range.size()) * static_cast<double>(sweep_->data().bars.size()) /
                       result.seconds;
        }
    }

  private:
    static void check_who_did_it(const RunResult& result, const DeviceProperties& device,
                                 std::uint64_t scenarios) {
        for (const DeviceWork& work : result.devices)
            if (work.id == device.id && work.scenarios == scenarios) return;
        throw DeviceError(result.notes.empty() ? device.id + " left its work to others"
                                               : fmt::format("{}", fmt::join(result.notes, "; ")));
    }

    const Checkup& checkup_;
    std::unique_ptr<PreparedSweep> sweep_;
    StartedDevices started_;
};

std::string rate_text(double rate) {
    const double millions = rate / 1e6;
    return millions >= 10.0 ? with_thousands(static_cast<unsigned long long>(std::llround(millions)))
                            : fmt::format("{:.2g}", millions);
}

std::string description(const DeviceProperties& device) {
    const std::string memory = bytes_text(static_cast<double>(device.memory_bytes));
    if (device.kind == DeviceKind::cpu)
        return fmt::format("{}, {} threads, {}", device.name, device.compute_units, memory);
    std::string text = fmt::format("{}, {}", device.name, memory);
    if (!device.compute_capability.empty()) text += ", compute capability " + device.compute_capability;
    return device.is_cpu ? text + ", this processor's own cores" : text;
}

class DeviceChecks {
  public:
    explicit DeviceChecks(const Checkup& checkup) : checkup_(checkup) {}

    Finding check(const DeviceProperties& device) {
        Finding out{FindingOutcome::ok,
                    device.id,
                    "",
                    "",
                    {{"device", device.name},
                     {"uuid", device.uuid},
                     {"driver", device.driver},
                     {"memory_bytes", static_cast<double>(device.memory_bytes)}}};
        const std::string others = device.kind == DeviceKind::cpu
                                       ? "test the machine's memory, and install ThreadX anew"
                                       : "install its newest driver; runs leave it out as long as it fails";
        try {
            compute(device, out);
        } catch (const InputError& error) {
            fail(out, error.what(), "set [optimization.performance] instruction_set to auto");
        } catch (const DeviceOutOfMemory& error) {
            fail(out, error.what(), "end other programs that use it, or set [gpu] memory_budget lower");
        } catch (const DeviceLost& error) {
            fail(out, error.what(), "restart the machine, or its driver; the system's log (dmesg) says more");
        } catch (const DeviceError& error) {
            fail(out, error.what(), others);
        }
        return out;
    }

  private:
    static void fail(Finding& finding, const std::string& why, const std::string& remedy) {
        finding.outcome = FindingOutcome::failed;
        finding.says = why;
        finding.remedy = remedy;
    }

    void compute(const DeviceProperties& device, Finding& out) {
        std::string said;
        const Precision precision = device.float64 ? Precision::float64 : Precision::float32;
        RateBench& bench = bench_of(precision);
        if (device.kind == DeviceKind::cpu) {
            const KernelTable& kernels = choose_kernels(checkup_.settings().performance.instruction_set);
            self_test(kernels, Precision::float64);
            self_test(kernels, Precision::float32);
            said = fmt::format(" with {}", kernels.name);
        } else {
            bench.start(device);
        }
        const double rate = bench.rate(device);
        out.says =
            fmt::format("{}: known answer given{}; {} million bar-scenarios/s in {}", description(device),
                        said, rate_text(rate), device.float64 ? "float64" : "float32");
        out.facts.emplace_back("precision", device.float64 ? "float64" : "float32");
        out.facts.emplace_back("bar_scenarios_per_second", rate);
        if (device.kind == DeviceKind::cpu || !(device.float64_rate > 0.0)) return;
        out.says += fmt::format(", which it does at 1/{:.0f} of float32's speed", 1.0 / device.float64_rate);
        out.facts.emplace_back("float64_rate", device.float64_rate);
    }

    RateBench& bench_of(Precision precision) {
        std::optional<RateBench>& bench = benches_[precision == Precision::float64 ? 0 : 1];
        return bench ? *bench : bench.emplace(checkup_, precision);
    }

    const Checkup& checkup_;
    std::optional<RateBench> benches_[2];
};

// GPUs that are plugged in, and that no driver shows.
void check_bus(const Checkup& checkup, std::vector<Finding>& all) {
    const std::vector<std::string> there = nvidia_gpus();
    const std::vector<DeviceProperties>& devices = checkup.opened().inventory().devices;
    const auto shown = static_cast<std::size_t>(
        std::count_if(devices.begin(), devices.end(),
                      [](const DeviceProperties& device) { return device.kind == DeviceKind::cuda; }));
    if (there.empty() || shown >= there.size() || checkup.opened().drivers().empty()) return;
    const std::string says = fmt::format("{} of NVIDIA's GPUs in this machine ({}), and CUDA shows {}",
                                         there.size(), fmt::join(there, ", "), shown);
    if (std::getenv("CUDA_VISIBLE_DEVICES") != nullptr)
        all.push_back({FindingOutcome::note, "NVIDIA", says + ": CUDA_VISIBLE_DEVICES says which"});
    else if (shown > 0)
        all.push_back({FindingOutcome::note, "NVIDIA", says});
    else
        all.push_back(
            {FindingOutcome::failed, "NVIDIA", says,
             "install NVIDIA's driver; in a container, start it with --gpus all; or, to do without, "
             "set [gpu] enabled = false"});
}

// Which of them sweeps use that are not told otherwise.
void check_choice(const Checkup& checkup, std::vector<Finding>& all) {
    const Settings& settings = checkup.settings();
    const Inventory& inventory = checkup.opened().inventory();
    const auto has_failed = [&](const DeviceProperties& device) { // then a run leaves it out
        return std::any_of(all.begin(), all.end(), [&](const Finding& finding) {
            return finding.name == device.id && finding.outcome == FindingOutcome::failed;
        });
    };
    try {
        const DeviceChoice choice = choose_devices(inventory, settings.device_request("auto"));
        std::string used;
        for (const DeviceProperties& device : choice.devices)
            if (!has_failed(device)) used += (used.empty() ? "" : ", ") + device.id;
        all.push_back({FindingOutcome::ok, "sweeps use", used, "", {{"devices", used}}});
        for (const std::string& note : choice.notes)
            if (std::none_of(inventory.missing.begin(), inventory.missing.end(),
                             [&](const MissingDriver& driver) { return driver.reason == note; }))
                all.push_back({FindingOutcome::note, "not used", note});
    } catch (const InputError& error) {
        all.push_back({FindingOutcome::failed, "sweeps use", error.what(),
                       "name devices that are there in [gpu] devices, or leave it out: then all are used"});
    }
    try {
        for (const BalanceShare& share :
             parse_balance(settings.gpu.balance, settings.source + ": [gpu] balance"))
            if (std::none_of(inventory.devices.begin(), inventory.devices.end(),
                             [&](const DeviceProperties& one) { return names_device(share.device, one); }))
                throw InputError(
                    fmt::format("{}: [gpu] balance: there is no device '{}'", settings.source, share.device));
    } catch (const InputError& error) {
        all.push_back({FindingOutcome::failed, "gpu.balance", error.what(),
                       "give shares to devices that are there, or set [gpu] balance = \"auto\""});
    }
}

} // namespace

std::vector<Finding> check_devices(Checkup& checkup) {
    std::vector<Finding> all;
    check_bus(checkup, all);
    for (const DeviceProperties& device : checkup.opened().inventory().devices)
        if (!device.unusable.empty()) {
            const bool hopeless = device.unusable_by_nature;
            all.push_back({hopeless ? FindingOutcome::note : FindingOutcome::failed, device.id,
                           fmt::format("{}: cannot be used: {}", description(device), device.unusable),
                           hopeless ? "" : "see to that, or name the other devices in [gpu] devices"});
        }
    DeviceChecks checks(checkup);
    for (const DeviceProperties& device : checkup.opened().devices()) {
        if (checkup.interrupted()) return all;
        all.push_back(checks.check(device));
    }
    check_choice(checkup, all);
    return all;
}

} // namespace threadx
