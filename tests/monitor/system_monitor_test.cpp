// The thread that samples: starting, stopping, what is kept, what it costs.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "monitor/fake_gpus.hpp"
#include "monitor/system_monitor.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

SystemMonitorOptions quick(std::size_t max_history = 120) {
    return {.interval = 0.1, .max_history = max_history, .nvml = fake_nvml()};
}

// Until the monitor has taken that many samples; ten seconds at most.
bool sampled(const SystemMonitor& monitor, std::size_t samples) {
    const Stopwatch clock;
    while (monitor.cost().samples < samples) {
        if (clock.seconds() > 10.0) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

} // namespace

TEST_CASE("a monitor samples from its start to its stop, and keeps what it sampled") {
    const FakeGpus script("temperature=40:50:60");
    SystemMonitor monitor(quick());
    CHECK(monitor.gpus().size() == 2);
    CHECK(monitor.no_gpus().empty());
    CHECK(!monitor.latest());
    CHECK(!monitor.running());
    monitor.start();
    CHECK(monitor.running());
    REQUIRE(monitor.latest());
    CHECK(monitor.latest()->gpus[0].temperature_celsius == 50.0); // one reading was that of the constructor
    REQUIRE(sampled(monitor, 4));
    monitor.stop();
    CHECK(!monitor.running());
    const std::size_t samples = monitor.cost().samples;
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    CHECK(monitor.cost().samples == samples); // none after stop()
    const std::vector<SystemSnapshot> snapshots = monitor.snapshots();
    REQUIRE(snapshots.size() == samples);
    for (std::size_t i = 1; i + 1 < snapshots.size(); ++i) // the last one is that of stop()
        CHECK(snapshots[i].elapsed - snapshots[i - 1].elapsed > 0.05);
    CHECK(snapshots.back().gpus[1].temperature_celsius == 60.0);
    for (const ColumnSummary& summary : monitor.summary())
        if (summary.name == "gpu0_temperature_celsius") CHECK(summary.max == 60.0);
    CHECK(monitor.cost().mean_seconds > 0.0);
    CHECK(monitor.cost().max_seconds >= monitor.cost().mean_seconds);
}

TEST_CASE("the history is bounded") {
    const FakeGpus script("devices=1");
    SystemMonitor monitor(quick(3));
    monitor.start();
    REQUIRE(sampled(monitor, 5));
    monitor.stop();
    CHECK(monitor.snapshots().size() == 3);
    CHECK(monitor.history().front().values.size() == 3);
    CHECK(monitor.latest()->time == monitor.snapshots().back().time);
}

TEST_CASE("stopping does not wait for the next sample") {
    const FakeGpus script("devices=1");
    SystemMonitor monitor({.interval = 3600.0, .nvml = fake_nvml()});
    monitor.start();
    const Stopwatch clock;
    monitor.stop();
    CHECK(clock.seconds() < 2.0);
    monitor.stop(); // nothing
    monitor.start();
    CHECK(monitor.running());
} // and the end of its life stops it too

TEST_CASE("a GPU that is lost leaves the rest of the samples alone") {
    const FakeGpus script("lost=3,-");
    SystemMonitor monitor(quick());
    monitor.start();
    REQUIRE(sampled(monitor, 3));
    monitor.stop();
    CHECK(monitor.snapshots().front().gpus[0].temperature_celsius);
    CHECK(!monitor.latest()->gpus[0].temperature_celsius);
    CHECK(monitor.latest()->gpus[0].error == "GPU is lost");
    CHECK(monitor.latest()->gpus[1].temperature_celsius);
    CHECK(monitor.latest()->cpu.memory_used_bytes);
}

TEST_CASE("without GPUs the processor is sampled, and it is said why") {
    SystemMonitor monitor({.interval = 0.1, .nvml = "libthere_is_none.so.1"});
    CHECK(monitor.gpus().empty());
    CHECK(monitor.no_gpus() == "the NVIDIA driver's libthere_is_none.so.1 is not installed");
    monitor.start();
    REQUIRE(sampled(monitor, 2));
    monitor.stop();
    CHECK(monitor.latest()->gpus.empty());
    CHECK(monitor.latest()->cpu.load_percent);
    CHECK(*monitor.latest()->cpu.memory_used_bytes > 0.0);
}

TEST_CASE("options that make no sense are refused") {
    CHECK_THROWS_WITH_AS(SystemMonitor({.interval = 0.09}), doctest::Contains("0.09"), InputError);
    CHECK_THROWS_AS(SystemMonitor({.interval = 0.0 / 0.0}), InputError);
    CHECK_THROWS_AS(SystemMonitor({.interval = 1e9}), InputError);
    CHECK_THROWS_WITH_AS(SystemMonitor({.max_history = 0}), doctest::Contains("history of 0"), InputError);
    CHECK_THROWS_AS(SystemMonitor({.max_history = 1'000'001}), InputError);
}
