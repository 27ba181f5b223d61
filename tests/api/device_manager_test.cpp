// Work spread over devices is the plain loop, whatever the devices, their shares, halos and seeds.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "api/machines.hpp"
#include "device/fake_cuda/places.hpp"
#include "placement/profile_file.hpp"
#include "rules/dice.hpp"
#include "space/philox.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

std::vector<double> numbers(std::size_t count, std::uint64_t seed = 1) {
    Dice dice(seed);
    std::vector<double> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(dice.between(-100.0, 100.0));
    return out;
}

// Item i of what the functions below compute: a sum over its neighbours as far as `halo` reaches, and its own
// random numbers.
double result_of(std::span<const double> data, std::size_t i, Halo halo, std::uint64_t seed) {
    const std::size_t first = i - std::min(halo.before, i);
    const std::size_t last = std::min(i + halo.after, data.size() - 1);
    double sum = uniform(seed, i, 0, stream::item) + 2.0 * uniform(seed, i, 7, stream::item);
    for (std::size_t k = first; k <= last; ++k) sum = sum * 0.75 + data[k];
    return sum;
}

std::vector<double> plain_loop(std::span<const double> data, Halo halo, std::uint64_t seed) {
    std::vector<double> out;
    for (std::size_t i = 0; i < data.size(); ++i) out.push_back(result_of(data, i, halo, seed));
    return out;
}

// The same from a slice, without knowing the data. Halo items get what can be had of them.
double result_in(std::span<const double> slice, std::size_t i, Halo halo, const SliceContext& context) {
    const std::size_t first = i - std::min(halo.before, i);
    const std::size_t last = std::min(i + halo.after, slice.size() - 1);
    double sum = context.uniform(i) + 2.0 * context.uniform(i, 7);
    for (std::size_t k = first; k <= last; ++k) sum = sum * 0.75 + slice[k];
    return sum;
}

auto function_with(Halo halo) {
    return [halo](std::span<const double> slice, const SliceContext& context) {
        std::vector<double> out;
        for (std::size_t i = 0; i < slice.size(); ++i) out.push_back(result_in(slice, i, halo, context));
        return out;
    };
}

// Random shares of some of the devices; of all of them at times nothing.
Balance random_balance(Dice& dice, const std::vector<DeviceInfo>& devices) {
    if (dice.chance(0.3)) return {};
    std::vector<DeviceShare> shares;
    double sum = 0.0;
    for (const DeviceInfo& device : devices) {
        if (dice.chance(0.3)) continue;
        shares.push_back({dice.chance(0.5) ? device.id : device.uuid, dice.chance(0.2) ? 0.0 : dice.unit()});
        sum += shares.back().share;
    }
    if (!(sum > 0.0)) return {};
    for (DeviceShare& share : shares) share.share /= sum;
    return shares;
}

std::uint64_t items_of(const std::vector<DeviceUse>& uses, const std::string& device) {
    for (const DeviceUse& use : uses)
        if (use.device == device) return use.items;
    return 0;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

template <class Call>
std::string refusal(Call call) {
    try {
        call();
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

} // namespace

TEST_CASE("distributed work is the plain loop, bit for bit, whatever the devices, balance, halo and seed") {
    for (const std::string& devices : {std::string("cpu"), std::string("cuda"), std::string("cpu,cuda:1"),
                                       TestMachine::listed(TestMachine::all_devices())}) {
        CAPTURE(devices);
        const TestMachine machine;
        DeviceManager manager(machine.options(devices));
        const std::vector<DeviceInfo> all = manager.devices();
        CHECK(rc::check("on " + devices, [&](std::uint64_t number) {
            Dice dice(number);
            const std::vector<double> data = numbers(dice.below(1200), number);
            const Halo halo(dice.pick({0U, 1U, 19U, 500U}), dice.pick({0U, 2U, 300U, 2000U}));
            const DistributeOptions options{.seed = dice.bits(),
                                            .balance = random_balance(dice, all),
                                            .workload_tag = dice.chance(0.5) ? "a" : "b",
                                            .halo = halo};
            const std::vector<double> expected = plain_loop(data, halo, options.seed);
            RC_ASSERT(mismatch(manager.distribute(data, function_with(halo), options), expected) == "");
            std::uint64_t items = 0;
            for (const DeviceUse& use : manager.last_use()) items += use.items;
            RC_ASSERT(items == data.size());

            std::vector<double> written(data.size());
            manager.distribute_into(
                data, std::span(written),
                [halo](std::span<const double> slice, std::span<double> out, const SliceContext& context) {
                    RC_ASSERT(out.size() == context.size());
                    for (std::size_t i = 0; i < out.size(); ++i)
                        out[i] = result_in(slice, context.before() + i, halo, context);
                },
                options);
            RC_ASSERT(mismatch(written, expected) == "");
        }));
    }
}

TEST_CASE("a slice has its halo, and less only at the ends of the data") {
    const TestMachine machine;
    DeviceManager manager(machine.options("cpu,cuda:0"));
    std::vector<std::size_t> data(10'000);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = i;
    const auto places = manager.distribute(
        data,
        [&](std::span<const std::size_t> slice, const SliceContext& context) {
            CHECK(slice.front() == context.first());
            CHECK(slice.size() == context.slice_size());
            CHECK(context.before() == std::min<std::size_t>(19, context.first() + context.before()));
            const std::size_t end =
                static_cast<std::size_t>(context.first()) + context.before() + context.size();
            CHECK(context.after() == std::min<std::size_t>(7, data.size() - end));
            return std::vector<std::size_t>(slice.begin(), slice.end());
        },
        {.balance = "cpu=50%,cuda:0=50%", .halo = {19, 7}});
    CHECK(places == data);
    CHECK(manager.last_use().size() == 2);
    for (const DeviceUse& use : manager.last_use()) CHECK(use.items == 5000);
}

TEST_CASE("a fixed balance is kept to the item, by largest remainder") {
    const TestMachine machine;
    DeviceManager manager(machine.options("cpu,cuda"));
    const std::vector<double> data = numbers(1001);
    manager.distribute(data, function_with({}), {.balance = "cuda:0=0.8,cpu=0.2"});
    CHECK(items_of(manager.last_use(), "cuda:0") == 801);
    CHECK(items_of(manager.last_use(), "cpu") == 200);
    CHECK(items_of(manager.last_use(), "cuda:1") == 0);
    manager.distribute(data, function_with({}), {.balance = {{"cuda:1", 1.0}}});
    CHECK(items_of(manager.last_use(), "cuda:1") == 1001);
}

TEST_CASE("the balance of the settings holds, and names the devices; one that is given wins") {
    const TestMachine machine;
    MachineOptions options = machine.options();
    options.overrides.emplace_back("gpu.balance=\"cuda:1=0.5,cpu=0.5\"");
    DeviceManager manager(options);
    CHECK(manager.devices().size() == 2);
    const std::vector<double> data = numbers(1000);
    manager.distribute(data, function_with({}));
    CHECK(items_of(manager.last_use(), "cuda:1") == 500);
    CHECK(items_of(manager.last_use(), "cpu") == 500);
    manager.distribute(data, function_with({}), {.balance = "cpu=1"});
    CHECK(items_of(manager.last_use(), "cpu") == 1000);
}

TEST_CASE("a function may compute on its device with the bank") {
    const TestMachine machine;
    DeviceManager manager(machine.options("cpu,cuda"));
    Dice dice(5);
    std::vector<double> close(5000);
    double price = 100.0;
    for (double& value : close) value = price += dice.between(-5, 5) * 0.01;
    const std::vector<double> expected = manager.bank().bollinger_bands(close, {.placement = cpu}).upper;
    std::vector<double> uppers = manager.distribute(
        close,
        [&](std::span<const double> slice, const SliceContext& context) {
            return manager.bank().bollinger_bands(slice, {.placement = context.device().id}).upper;
        },
        {.balance = "cpu=0.4,cuda:0=0.3,cuda:1=0.3", .halo = 19});
    CHECK(mismatch(uppers, expected) == "");
    CHECK(manager.last_use().size() == 3);
}

TEST_CASE("results may be of any type that can be moved, and truths") {
    const TestMachine machine;
    DeviceManager manager(machine.options("cpu,cuda"));
    const std::vector<double> data = numbers(700);
    const auto texts = manager.distribute(data, [](std::span<const double> slice, const SliceContext&) {
        std::vector<std::unique_ptr<double>> out;
        for (const double x : slice) out.push_back(std::make_unique<double>(x));
        return out;
    });
    const auto signs = manager.distribute(data, [](std::span<const double> slice, const SliceContext&) {
        std::vector<bool> out;
        for (const double x : slice) out.push_back(x > 0.0);
        return out;
    });
    REQUIRE(texts.size() == data.size());
    REQUIRE(signs.size() == data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        CHECK(*texts[i] == data[i]);
        CHECK(signs[i] == (data[i] > 0.0));
    }
}

TEST_CASE("what the function throws ends the work and is thrown on, when no thread is at work any more") {
    const TestMachine machine;
    DeviceManager manager(machine.options("cpu,cuda"));
    const std::vector<double> data = numbers(100'000);
    std::atomic<int> inside = 0;
    for (const std::size_t bad : {0U, 50'000U, 99'999U}) {
        const auto fail = [&](std::span<const double> slice, const SliceContext& context) {
            ++inside;
            std::this_thread::yield();
            const bool here = context.first() <= bad && bad < context.first() + slice.size();
            --inside;
            if (here) throw std::runtime_error("item " + std::to_string(bad));
            return std::vector<double>(slice.begin(), slice.end());
        };
        CHECK_THROWS_WITH_AS(manager.distribute(data, fail), ("item " + std::to_string(bad)).c_str(),
                             std::runtime_error);
        CHECK(inside == 0);
    }
    CHECK(manager.distribute(data, [](std::span<const double> slice, const SliceContext&) {
        return std::vector<double>(slice.begin(), slice.end());
    }) == data);
}

TEST_CASE("what cannot be meant is refused with what is wrong") {
    const TestMachine machine;
    DeviceManager manager(machine.options("cpu,cuda:0"));
    const std::vector<double> data = numbers(10);
    const auto with = [&](Balance balance) {
        return refusal([&] { manager.distribute(data, function_with({}), {.balance = std::move(balance)}); });
    };
    CHECK(contains(with({{"cuda:1", 1.0}}), "'cuda:1', which is not among the devices: cpu, cuda:0"));
    CHECK(contains(with({{"cpu", 0.5}}), "sum to 0.5"));
    CHECK(contains(with({{"cpu", 0.5}, {"cpu", 0.5}}), "'cpu' twice"));
    CHECK(contains(with({{"cpu", -0.5}, {"cuda:0", 1.5}}), "share -0.5 of 'cpu'"));
    CHECK(contains(refusal([&] { with("cpu=half"); }), "half"));
    CHECK(contains(refusal([&] {
                       manager.distribute(
                           data,
                           [](std::span<const double>, const SliceContext&) { return std::vector<int>(3); },
                           {.balance = "cpu=1"});
                   }),
                   "gave 3 results for a slice of "));
    std::vector<double> small(9);
    CHECK(contains(refusal([&] {
                       manager.distribute_into(data, std::span(small),
                                               [](auto, auto, const SliceContext&) {});
                   }),
                   "space for 9 results of 10 items"));
    CHECK(contains(refusal([&] { manager.profile_auto_balance({.sample_size = 0}); }), "sample_size"));
    CHECK(contains(refusal([&] { manager.profile_auto_balance({.runs = 0}); }), "0 runs"));
    CHECK(contains(refusal([&] { manager.profile_auto_balance({.warmup = -1}); }), "-1 warm-ups"));
    DeviceManager nowhere(machine.options("cuda:9"));
    CHECK(contains(refusal([&] { nowhere.devices(); }), "cuda:9"));
}

TEST_CASE("a profile of one's own work measures each device, remembers it, and says what it saw") {
    const TestMachine machine;
    std::atomic<std::uint64_t> on_processor = 0;
    std::atomic<std::uint64_t> elsewhere = 0;
    DeviceManager manager(machine.options("cpu,cuda"));
    const Balance balance = manager.profile_auto_balance(
        {.sample_size = 1000, .warmup = 1, .runs = 2, .workload_tag = "my_workload"},
        [&](std::uint64_t items, const DeviceInfo& device) {
            volatile double sum = 0.0;
            for (std::uint64_t i = 0; i < items * 50; ++i) sum = sum + std::sqrt(static_cast<double>(i));
            (device.is_cpu ? on_processor : elsewhere) += items;
        });
    CHECK(on_processor >= 3000);
    CHECK(elsewhere >= 6000);
    REQUIRE(balance.shares().size() == 3);
    double sum = 0.0;
    for (const DeviceShare& share : balance.shares()) {
        CHECK(share.share > 0.0);
        CHECK(share.items_per_second > 0.0);
        sum += share.share;
    }
    CHECK(sum == doctest::Approx(1.0));
    const std::string log = machine.log();
    CHECK(contains(log, "profiling auto-balance: 1,000 samples, 1 warm-up"));
    for (const char* device : {"device cpu: ", "device cuda:0: ", "device cuda:1: "})
        CHECK(contains(log, device));
    CHECK(contains(log, "balance updated: " + balance.text()));

    std::vector<std::string> warnings;
    const Profiles kept = ProfileFile(machine.profiles()).read(warnings);
    std::vector<std::string> uuids;
    for (const auto& [key, profile] : kept.entries)
        if (key.work.tag == "my_workload") uuids.push_back(key.work.uuid);
    CHECK(uuids.size() == 3);
    CHECK(std::adjacent_find(uuids.begin(), uuids.end()) == uuids.end());
}

TEST_CASE("without work of one's own ThreadX's is measured, on every device that there is") {
    const TestMachine machine;
    DeviceManager manager(machine.options(TestMachine::listed(TestMachine::all_devices())));
    const Balance balance =
        manager.profile_auto_balance({.sample_size = 2000, .warmup = 1, .runs = 1, .workload_tag = "own"});
    CHECK(balance.shares().size() == TestMachine::all_devices().size());
    const std::vector<double> data = numbers(500);
    manager.distribute(data, function_with({}), {.balance = balance});
    for (const DeviceShare& share : balance.shares())
        CHECK(std::abs(static_cast<double>(items_of(manager.last_use(), share.device)) -
                       share.share * 500.0) < 1.0);
}

TEST_CASE("a device that fails to measure is left out with its reason") {
    const TestMachine machine;
    DeviceManager manager(machine.options("cpu,cuda"));
    const Balance balance = manager.profile_auto_balance({.sample_size = 100, .warmup = 0, .runs = 1},
                                                         [](std::uint64_t items, const DeviceInfo& device) {
                                                             volatile double sum = 0.0;
                                                             for (std::uint64_t i = 0; i < items * 100; ++i)
                                                                 sum = sum + 1.0;
                                                             if (device.id == "cuda:0")
                                                                 throw DeviceError("it fell off the bus");
                                                         });
    REQUIRE(balance.shares().size() == 2);
    CHECK(contains(machine.log(), "cuda:0 is left out: it fell off the bus"));
    CHECK_THROWS_AS(manager.profile_auto_balance(
                        {.sample_size = 100, .warmup = 0, .runs = 1},
                        [](std::uint64_t, const DeviceInfo&) { throw DeviceError("it fell off the bus"); }),
                    DeviceError);
}

TEST_CASE("a device that does not prove itself gets no work, and the notes say why") {
    setenv("THREADX_FAULTS", "cuda:0 open 1 lost", 1);
    const TestMachine machine;
    DeviceManager manager(machine.options("cpu,cuda"));
    const std::vector<DeviceInfo> devices = manager.devices();
    unsetenv("THREADX_FAULTS");
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].id == "cpu");
    CHECK(devices[1].id == "cuda:1");
    CHECK(contains(machine.log(), "cuda:0 is left out: "));
    CHECK(std::ranges::any_of(
        manager.notes(), [](const std::string& note) { return note.starts_with("cuda:0 is left out: "); }));
}

TEST_CASE("work that the processor is known to be done with at once is not worth looking for GPUs") {
    const TestMachine machine;
    const std::vector<double> data = numbers(2000);
    { DeviceManager(machine.options("cpu")).distribute(data, function_with({}), {.workload_tag = "small"}); }
    DeviceManager manager(machine.options());
    manager.distribute(data, function_with({}), {.workload_tag = "small"});
    CHECK(manager.last_use().size() == 1);
    manager.distribute(data, function_with({}), {.workload_tag = "never seen"});
    CHECK(manager.last_use().size() == 3);
}

TEST_CASE("what was measured decides who does the work") {
    const std::vector<double> data = numbers(3000);
    for (const std::string slow : {"cpu", "cuda:0"}) {
        CAPTURE(slow);
        const TestMachine machine;
        {
            DeviceManager manager(machine.options("cpu,cuda:0"));
            manager.distribute(data, function_with({}),
                               {.balance = "cpu=0.5,cuda:0=0.5", .workload_tag = "t"});
        }
        std::vector<std::string> warnings;
        ProfileFile(machine.profiles())
            .change(
                [&](Profiles& profiles) {
                    for (auto& [key, profile] : profiles.entries)
                        if (key.work.tag == "t")
                            profile.rate =
                                RateEstimate({.seconds = profile.device.starts_with(slow + " ") ? 1.0 : 1e-7,
                                              .log_variance = 0.0,
                                              .count = 9,
                                              .outliers = {}});
                },
                warnings);
        DeviceManager manager(machine.options("cpu,cuda:0"));
        manager.distribute(data, function_with({}), {.workload_tag = "t"});
        CHECK(items_of(manager.last_use(), slow) == 0);
    }
}

// The program's own manager, in a program of its own: see the next case.
TEST_CASE("child: the default manager" * doctest::skip()) {
    const std::vector<double> data = numbers(100);
    CHECK(&DeviceManager::default_manager() == &DeviceManager::default_manager());
    DeviceManager::default_manager().distribute(data, function_with({}), {.workload_tag = "of the default"});
}

TEST_CASE("the default manager writes down what it measured when the program ends") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "threadx");
    std::ofstream(folder.path() / "threadx" / "paths.toml")
        << "[gpu]\nnvrtc = \"" << fake_nvrtc_folder() << "\"\n"; // the vendor's compiler takes its time
    const std::string words = "cd '" + folder.path().string() +
                              "' && OCL_ICD_VENDORS=/nowhere XDG_CACHE_HOME=$PWD XDG_CONFIG_HOME=$PWD '" +
                              std::filesystem::read_symlink("/proc/self/exe").string() +
                              "' --no-skip --test-case='child: the default manager' > said 2>&1";
    REQUIRE(std::system(words.c_str()) == 0); // NOLINT(cert-env33-c): our own program
    std::vector<std::string> warnings;
    const Profiles kept = ProfileFile(folder.path() / "threadx" / "profiles").read(warnings);
    CHECK(std::ranges::any_of(kept.entries,
                              [](const auto& entry) { return entry.first.work.tag == "of the default"; }));
}

TEST_CASE("random numbers are the item's: of any slice the same, and all different") {
    const DeviceInfo device{.id = "cpu"};
    const SliceContext one(42, device, 100, 200, 10, 0);
    const SliceContext other(42, device, 95, 120, 0, 5);
    CHECK(one.random(10) == other.random(5));
    CHECK(one.random(10, 3) == philox(42, 100, 3, stream::item));
    CHECK(one.uniform(15) == other.uniform(10));
    CHECK(one.random(10) != one.random(11));
    CHECK(one.random(10) != one.random(10, 1));
    CHECK(one.random(10) != SliceContext(43, device, 100, 200, 10, 0).random(10));
}
