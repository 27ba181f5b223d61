// The machine's devices, and any work of Python's spread over them.
#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "arrays.hpp"
#include "base/error.hpp"
#include "parts.hpp"
#include "sweep/settings.hpp"
#include "threadx/device_manager.hpp"
#include "waiting.hpp"

#include "device/inventory.hpp"

#include <spdlog/spdlog.h>

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace threadx::python {
namespace {

nb::dict info_of(const DeviceInfo& device) {
    nb::dict out;
    out["id"] = device.id;
    out["uuid"] = device.uuid;
    out["name"] = device.name;
    out["is_cpu"] = device.is_cpu;
    return out;
}

using Shares = std::vector<std::tuple<std::string, double, double>>; // device, share, items a second

class Manager {
  public:
    Manager(const std::string& settings_file, const std::vector<std::string>& overrides,
            const std::string& devices)
        : manager_({.settings = settings_file,
                    .overrides = overrides,
                    .devices = devices,
                    .log = [](std::string_view line) { spdlog::info("{}", line); }}) {}

    nb::list devices() {
        std::vector<DeviceInfo> found;
        wait_for([&] { found = manager_.devices(); });
        nb::list out;
        for (const DeviceInfo& device : found) out.append(info_of(device));
        return out;
    }

    std::vector<std::string> notes() { return manager_.notes(); }

    // `work(items, device id)`; none: ThreadX's own.
    Shares profile(std::uint64_t sample_size, int warmup, int runs, const std::string& tag,
                   const nb::object& work) {
        const ProfileOptions options{sample_size, warmup, runs, tag};
        Balance balance;
        std::atomic<bool> stop{false};
        wait_for(
            [&] {
                if (work.is_none())
                    balance = manager_.profile_auto_balance(options);
                else
                    balance = manager_.profile_auto_balance(
                        options, [&](std::uint64_t items, const DeviceInfo& device) {
                            const nb::gil_scoped_acquire lock;
                            if (stop) throw Error("interrupted");
                            work(items, device.id);
                        });
            },
            stop);
        Shares out;
        for (const DeviceShare& share : balance.shares())
            out.emplace_back(share.device, share.share, share.items_per_second);
        return out;
    }

    // work(first, before, size, after, device): items first … are the slice, of which before … before + size
    // - 1 are those whose results are wanted. Threads call it, one at a time: it has the interpreter's lock.
    void run(std::uint64_t items, const nb::object& work, std::uint64_t seed, const std::string& balance,
             const std::string& tag, std::size_t before, std::size_t after) {
        DistributeOptions options;
        options.seed = seed;
        options.balance = Balance(std::string_view(balance));
        options.workload_tag = tag;
        options.halo = Halo(before, after);
        std::atomic<bool> stop{false};
        wait_for(
            [&] {
                manager_.run(
                    items,
                    [&](const SliceContext& context) {
                        const nb::gil_scoped_acquire lock;
                        if (stop) throw Error("interrupted");
                        work(context.first(), context.before(), context.size(), context.after(),
                             context.device().id);
                    },
                    options);
            },
            stop);
    }

    std::vector<std::tuple<std::string, std::uint64_t, std::uint64_t, double>> last_use() {
        std::vector<std::tuple<std::string, std::uint64_t, std::uint64_t, double>> out;
        for (const DeviceUse& use : manager_.last_use())
            out.emplace_back(use.device, use.items, use.slices, use.seconds);
        return out;
    }

    void flush() {
        wait_for([&] { manager_.flush(); });
    }

  private:
    DeviceManager manager_;
};

// Numbers in [0, 1) of the items first … first + count - 1, functions of seed, item and draw alone.
OutArray<double> uniform(std::uint64_t seed, std::uint64_t first, std::size_t count, std::uint32_t draw) {
    const DeviceInfo nowhere;
    const SliceContext context(seed, nowhere, first, first + count, 0, 0);
    std::vector<double> numbers(count);
    for (std::size_t i = 0; i < count; ++i) numbers[i] = context.uniform(i, draw);
    return array_of(std::move(numbers));
}

// All devices of this machine, whether they can be used or not, and which drivers are not there.
nb::tuple inventory(const Settings& settings) {
    Inventory found;
    wait_for([&] { found = take_inventory(open_drivers(settings.drivers())); });
    nb::list devices;
    for (const DeviceProperties& device : found.devices) {
        nb::dict each;
        each["id"] = device.id;
        each["kind"] = std::string(device_kind_name(device.kind));
        each["name"] = device.name;
        each["uuid"] = device.uuid;
        each["memory_bytes"] = device.memory_bytes;
        each["is_cpu"] = device.is_cpu;
        each["float64"] = device.float64;
        each["unusable"] = device.unusable;
        devices.append(each);
    }
    nb::list missing;
    for (const MissingDriver& driver : found.missing) missing.append(nb::str(driver.reason.c_str()));
    return nb::make_tuple(devices, missing);
}

} // namespace

void add_devices(nb::module_& module) {
    nb::class_<Manager>(module, "DeviceManager")
        .def(nb::init<const std::string&, const std::vector<std::string>&, const std::string&>(),
             "settings_file"_a, "overrides"_a, "devices"_a)
        .def("devices", &Manager::devices)
        .def("notes", &Manager::notes)
        .def("profile", &Manager::profile, "sample_size"_a, "warmup"_a, "runs"_a, "tag"_a, "work"_a.none())
        .def("run", &Manager::run, "items"_a, "work"_a, "seed"_a, "balance"_a, "tag"_a, "before"_a, "after"_a)
        .def("last_use", &Manager::last_use)
        .def("flush", &Manager::flush);
    module.def("uniform", &uniform, "seed"_a, "first"_a, "count"_a, "draw"_a);
    module.def("inventory", &inventory, "settings"_a);
}

} // namespace threadx::python
