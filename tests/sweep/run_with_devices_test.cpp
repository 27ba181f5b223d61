// The runner with accelerators: every scenario once and with the same bits, whatever becomes of a device.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include "checked_sweep.hpp"
#include "device/device_error.hpp"

using namespace threadx;
using namespace threadx::test;

TEST_CASE("devices and the CPU share a sweep: each scenario once, with the same bits") {
    CheckedSweep sweep;
    for (const bool cpu : {true, false})
        for (const std::uint64_t batch_size : {0, 1, 7, 5000})
            for (const std::size_t workers : {1U, 3U}) {
                CAPTURE(cpu);
                CAPTURE(batch_size);
                MadeUpDevice a, b;
                a.workers = workers;
                b.id = "made:1";
                const RunResult result = sweep.run(options_of(cpu, batch_size), {&a, &b});
                CHECK(result.scenarios == 500);
                if (cpu) continue;
                CHECK(result.devices.front().id == "cpu");
                CHECK(result.devices.front().scenarios == 0);
                for (const MadeUpDevice* device : {&a, &b}) // one that comes too late is not started
                    CHECK(has_note(result, device->id + " was here") == (device->started == 1));
                CHECK_FALSE(has_note(result, "no accelerator is left"));
            }
}

TEST_CASE("batches of any size are delivered in blocks of at most 4096 rows that cover all ids") {
    CheckedSweep sweep(large_space, 40);
    REQUIRE(sweep.scenarios() == 15000);
    MadeUpDevice device;
    std::atomic<std::size_t> largest{0};
    device.before = [&](long long, std::size_t scenarios) {
        largest.store(std::max(largest.load(), scenarios));
    };
    sweep.run(options_of(false, 1000000), {&device});
    CHECK(largest.load() == 15000);
    device.at_once = 6000; // the first batch, its speed not being known
    sweep.run(options_of(false), {&device});
    sweep.run(options_of(true, 9000), {&device});
}

TEST_CASE("a device's shares add up with the CPU's, and a device is named") {
    CheckedSweep sweep;
    MadeUpDevice device;
    std::atomic<bool> taken{false};
    device.before = [&](long long, std::size_t) { taken.store(true); };
    sweep.on_block = [&] { wait_until([&] { return taken.load(); }); }; // the CPU leaves it a batch
    const RunResult result = sweep.run(options_of(true, 10), {&device});
    REQUIRE(work_of(result, "made:0") != nullptr);
    CHECK(work_of(result, "made:0")->name == "a made:0");
    CHECK(work_of(result, "made:0")->scenarios + work_of(result, "cpu")->scenarios == 500);
    CHECK(result.invalid == 0);
}

TEST_CASE("a device that fails, at its first batch or later, loses nothing") {
    CheckedSweep sweep;
    for (const bool cpu : {true, false})
        for (const long long fails_at : {1, 2, 5})
            for (const std::size_t workers : {1U, 2U}) {
                CAPTURE(cpu);
                CAPTURE(fails_at);
                MadeUpDevice device, other;
                device.workers = workers;
                device.fails_at = fails_at;
                other.id = "made:1";
                std::atomic<bool> failing{false};
                thread_local bool of_device = false;
                device.before = [&](long long number, std::size_t) {
                    of_device = true;
                    if (number >= fails_at) failing.store(true);
                };
                // Nobody takes all of the work before it has failed.
                other.before = [&](long long, std::size_t) { wait_until([&] { return failing.load(); }); };
                if (cpu)
                    sweep.on_block = [&] {
                        if (!of_device && sweep.delivered() > 400) wait_until([&] { return failing.load(); });
                    };
                const RunResult result = sweep.run(options_of(cpu, 8), {&device, &other});
                sweep.on_block = {};
                CHECK(failing.load());
                CHECK(has_note(result, "made:0 takes no more work: made:0: batch "));
                CHECK(has_note(result, "; its batch of 8 scenarios is left to others"));
                CHECK_FALSE(has_note(result, "no accelerator is left"));
                CHECK(device.batches.load() < fails_at + static_cast<long long>(workers));
            }
}

TEST_CASE("what a device leaves when the CPU is done already is computed by the CPU") {
    CheckedSweep sweep;
    MadeUpDevice device;
    std::uint64_t its_batch = 0;
    std::atomic<bool> taken{false};
    device.before = [&](long long, std::size_t) {
        its_batch = 10;
        taken.store(true);
        wait_until([&] { return sweep.delivered() == sweep.scenarios() - its_batch; });
        std::this_thread::sleep_for(std::chrono::milliseconds(50)); // the CPU's threads end
        throw DeviceLost("made:0 fell off the bus");
    };
    sweep.on_block = [&] { wait_until([&] { return taken.load(); }); };
    const RunResult result = sweep.run(options_of(true, 10), {&device});
    CHECK(has_note(result, "made:0 takes no more work: made:0 fell off the bus; its batch of 10 scenarios"));
    CHECK(work_of(result, "made:0")->scenarios == 0);
}

TEST_CASE("what a device leaves when another is done already is computed by that one") {
    CheckedSweep sweep;
    MadeUpDevice device, other;
    other.id = "made:1";
    other.before = [&](long long, std::size_t) { wait_until([&] { return device.batches.load() > 0; }); };
    device.before = [&](long long, std::size_t) {
        wait_until([&] { return sweep.delivered() == sweep.scenarios() - 10; });
        std::this_thread::sleep_for(std::chrono::milliseconds(50)); // the other finds nothing more
        throw DeviceLost("made:0 fell off the bus");
    };
    const RunResult result = sweep.run(options_of(false, 10), {&device, &other});
    CHECK_FALSE(has_note(result, "no accelerator is left"));
    CHECK(work_of(result, "made:1")->scenarios == 500);
}

TEST_CASE("two threads of a device that fail at once leave two batches") {
    CheckedSweep sweep;
    for (const bool cpu : {true, false}) {
        MadeUpDevice device;
        device.workers = 2;
        std::atomic<int> failing{0};
        device.before = [&](long long, std::size_t) {
            ++failing;
            wait_until([&] { return failing.load() == 2; });
            throw DeviceError("both at once");
        };
        sweep.on_block = [&] { wait_until([&] { return failing.load() == 2; }); };
        const RunResult result = sweep.run(options_of(cpu, 20), {&device});
        CHECK(device.batches.load() == 2);
        CHECK(std::count_if(result.notes.begin(), result.notes.end(), [](const std::string& note) {
                  return note.find("both at once; its batch of 20 scenarios") != std::string::npos;
              }) == 2);
    }
}

TEST_CASE("without the CPU and with all devices dead the CPU computes what is left, and says so") {
    CheckedSweep sweep;
    MadeUpDevice a, b;
    a.fails_at = 3;
    b.id = "made:1";
    b.fails_at = 2;
    const RunResult result = sweep.run(options_of(false, 4), {&a, &b});
    CHECK(has_note(result, "no accelerator is left: the CPU computes "));
    CHECK(work_of(result, "cpu")->scenarios > 400);

    MadeUpDevice none;
    none.start_error = "made:0 is asleep";
    const RunResult alone = sweep.run(options_of(false), {&none});
    CHECK(has_note(alone, "made:0 is left out: made:0 is asleep"));
    CHECK(has_note(alone, "no accelerator is left: the CPU computes 600 scenarios"));
    CHECK(alone.devices.size() == 1);

    sweep.run(options_of(false), {}); // and where none is found
}

TEST_CASE("a device that cannot start, or whose threads cannot, is left out with the reason") {
    CheckedSweep sweep;
    MadeUpDevice asleep, broken;
    asleep.start_error = "made:0 is asleep";
    broken.id = "made:1";
    broken.worker_error = "made:1 has no queues";
    // The CPU must not be done before they tried.
    sweep.on_block = [&] { wait_until([&] { return asleep.started > 0 && broken.started > 0; }); };
    const RunResult result = sweep.run(options_of(true, 50), {&asleep, &broken});
    CHECK(has_note(result, "made:0 is left out: made:0 is asleep"));
    CHECK(has_note(result, "made:1 takes no more work: made:1 has no queues"));
    CHECK(work_of(result, "cpu")->scenarios == 500);
}

TEST_CASE(
    "where devices cannot be looked for, the CPU goes on alone; a mistake of the program ends the run") {
    CheckedSweep sweep;
    RunOptions options = options_of(true);
    options.find_devices = [](const auto&) -> std::vector<RunDevice> { throw DeviceError("no drivers"); };
    CHECK(has_note(sweep.run(options, {}), "no accelerator is used: no drivers"));
    options.find_devices = [](const auto&) -> std::vector<RunDevice> { throw std::logic_error("a bug"); };
    CHECK_THROWS_WITH_AS(run_sweep(sweep.prepared(), {sweep.prepared().range()}, options, [](RowBlock) {}),
                         "a bug", std::logic_error);
    options.find_devices = [](const auto&) {
        return std::vector<RunDevice>{
            {{}, 1, []() -> std::unique_ptr<BatchDevice> { throw std::logic_error("another"); }}};
    };
    options.cpu = false; // which may be done before the device is started
    CHECK_THROWS_WITH_AS(run_sweep(sweep.prepared(), {sweep.prepared().range()}, options, [](RowBlock) {}),
                         "another", std::logic_error);
}

TEST_CASE("a device is not started for work that is done") {
    CheckedSweep sweep;
    MadeUpDevice device;
    RunOptions options = options_of(true);
    const FindDevices find = finder_of({&device}, sweep.prepared());
    options.find_devices = [&](const std::function<void(std::string)>& note) {
        note("looked");
        wait_until([&] { return sweep.delivered() == sweep.scenarios(); });
        return find(note);
    };
    const RunResult result = sweep.run(options, {});
    CHECK(device.started.load() == 0);
    CHECK(has_note(result, "looked"));

    sweep.run_part(options_of(false), {&device}, {}); // nothing to do
    CHECK(device.started.load() == 0);
}

TEST_CASE("a run with devices that is told to stop finishes the batches under way") {
    CheckedSweep sweep;
    for (const bool cpu : {true, false}) {
        MadeUpDevice a, b;
        std::atomic<bool> stop{false};
        a.workers = 2;
        b.id = "made:1";
        thread_local bool of_device = false;
        a.before = [&](long long number, std::size_t) {
            of_device = true;
            if (number == 3) stop.store(true);
        };
        // Nobody does all of the work before that.
        b.before = [&](long long, std::size_t) { wait_until([&] { return stop.load(); }); };
        RunOptions options = options_of(cpu, 4);
        options.stop = &stop;
        if (cpu)
            sweep.on_block = [&] {
                if (!of_device && sweep.delivered() > 500) wait_until([&] { return stop.load(); });
            };
        const RunResult result = sweep.run_part(options, {&a, &b}, {sweep.prepared().range()});
        sweep.on_block = {};
        CHECK(a.at_work.load() + b.at_work.load() == 0);
        CHECK(result.interrupted);
        const std::vector<IdRange> missing = sweep.missing();
        CHECK_FALSE(missing.empty());
        MadeUpDevice again;
        CHECK_FALSE(sweep.run_part(options_of(cpu), {&again}, missing).interrupted);
        sweep.check_complete();
    }
}

TEST_CASE("an error of whoever takes a device's rows ends the run and is thrown on") {
    CheckedSweep sweep;
    for (const std::size_t workers : {1U, 3U}) {
        MadeUpDevice a, b;
        a.workers = workers;
        b.id = "made:1";
        RunOptions options = options_of(false, 2);
        options.find_devices = finder_of({&a, &b}, sweep.prepared());
        std::atomic<int> calls{0};
        const auto deliver = [&](const RowBlock&) {
            if (calls.fetch_add(1) >= 3) throw IoError("the disk is full");
        };
        CHECK_THROWS_WITH_AS(run_sweep(sweep.prepared(), {sweep.prepared().range()}, options, deliver),
                             "the disk is full", IoError);
        CHECK(calls.load() < 15);
        CHECK(a.alive.load() + b.alive.load() == 0);
    }
}

TEST_CASE("an error of whoever is shown the progress ends the run and its threads") {
    CheckedSweep sweep;
    MadeUpDevice device;
    std::atomic<bool> shown{false};
    device.before = [&](long long number, std::size_t) {
        if (number == 2) wait_until([&] { return shown.load(); });
    };
    RunOptions options = options_of(false, 4);
    options.find_devices = finder_of({&device}, sweep.prepared());
    options.on_progress = [&](const RunProgress&) {
        shown.store(true);
        throw IoError("no terminal");
    };
    CHECK_THROWS_WITH_AS(run_sweep(sweep.prepared(), {sweep.prepared().range()}, options, [](RowBlock) {}),
                         "no terminal", IoError);
    CHECK(device.alive.load() == 0);
}

TEST_CASE("one bar, and one scenario") {
    CheckedSweep bar(small_space, 2);
    MadeUpDevice device;
    bar.run(options_of(false), {&device});
    CheckedSweep one("[space]\nn = [5]\n", 30);
    device.at_once = 100000;
    one.run(options_of(false), {&device});
    one.run(options_of(true), {&device});
}
