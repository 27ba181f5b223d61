// What is read of GPUs through NVML: cards that lack things, drivers that lack functions, GPUs that are lost.
#include <doctest/doctest.h>

#include <cstdlib>

#include "monitor/fake_gpus.hpp"
#include "monitor/nvml.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

std::unique_ptr<Nvml> opened(const std::string& age = "today") {
    std::string why;
    std::unique_ptr<Nvml> nvml = Nvml::open(fake_nvml(age), why);
    REQUIRE_MESSAGE(nvml != nullptr, why);
    return nvml;
}

std::string why_not(const std::string& library) {
    std::string why;
    CHECK(Nvml::open(library, why) == nullptr);
    return why;
}

} // namespace

TEST_CASE("two unlike cards have what NVML says of each, in units that the names say") {
    const FakeGpus script("memory_used=2048,512;memory_total=16384,8192;temperature=71,34;power=150250,1200;"
                          "energy=5000,-;utilization=97,3;memory_utilization=40,0;sm_clock=2310,300;"
                          "memory_clock=14001,405;throttle=4,1;power_limit=360000,175000;slowdown=92,91");
    const auto nvml = opened();
    REQUIRE(nvml->gpus().size() == 2);
    const GpuIdentity& first = nvml->gpus()[0];
    CHECK(first.index == 0);
    CHECK(first.name == "NVIDIA GeForce RTX 5080");
    CHECK(first.uuid == "GPU-00010203-0405-0607-0809-0a0b0c0d0e0f");
    CHECK(first.memory_total_bytes == 16384 * mebibyte);
    CHECK(first.power_limit_watts == 360.0);
    CHECK(first.slowdown_celsius == 92.0);
    CHECK(nvml->gpus()[1].name == "NVIDIA GeForce RTX 2060 SUPER");
    CHECK(nvml->driver_version() == "580.65.06");

    const GpuReading large = nvml->read(0), small = nvml->read(1);
    CHECK(large.utilization_percent == 97.0);
    CHECK(large.memory_utilization_percent == 40.0);
    CHECK(large.memory_used_bytes == 2048 * mebibyte); // without what the driver keeps for itself
    CHECK(large.memory_total_bytes == 16384 * mebibyte);
    CHECK(large.memory_percent() == 12.5);
    CHECK(large.temperature_celsius == 71.0);
    CHECK(large.power_watts == 150.25);
    CHECK(large.energy_joules == 5.0);
    CHECK(large.sm_clock_megahertz == 2310.0);
    CHECK(large.memory_clock_megahertz == 14001.0);
    CHECK(large.throttle_reasons == throttle_power_limit);
    CHECK(large.error.empty());
    CHECK(small.utilization_percent == 3.0);
    CHECK(small.power_watts == 1.2);
    CHECK(small.throttle_reasons == throttle_idle);
}

TEST_CASE("what a card does not support is absent, never zero, and no error") {
    const FakeGpus script("devices=1;utilization=-;memory_used=-;temperature=-;power=-;energy=-;sm_clock=-;"
                          "memory_clock=-;throttle=-;power_limit=-;slowdown=-");
    const auto nvml = opened();
    CHECK(!nvml->gpus()[0].power_limit_watts);
    CHECK(!nvml->gpus()[0].slowdown_celsius);
    const GpuReading reading = nvml->read(0);
    CHECK(!reading.utilization_percent);
    CHECK(!reading.memory_utilization_percent);
    CHECK(!reading.memory_used_bytes);
    CHECK(!reading.memory_total_bytes);
    CHECK(!reading.memory_percent());
    CHECK(!reading.temperature_celsius);
    CHECK(!reading.power_watts);
    CHECK(!reading.energy_joules);
    CHECK(!reading.sm_clock_megahertz);
    CHECK(!reading.memory_clock_megahertz);
    CHECK(!reading.throttle_reasons);
    CHECK(reading.error.empty());
}

TEST_CASE("what is zero is zero") {
    const FakeGpus script("devices=1;utilization=0;memory_utilization=0;power=0;temperature=0;throttle=0");
    const GpuReading reading = opened()->read(0);
    CHECK(reading.utilization_percent == 0.0);
    CHECK(reading.power_watts == 0.0);
    CHECK(reading.temperature_celsius == 0.0);
    CHECK(reading.throttle_reasons == 0);
}

TEST_CASE("a driver with the first names of its functions alone tells what it has") {
    const FakeGpus script("devices=1;memory_used=2048;memory_reserved=300;throttle=0x40;power_limit=200000");
    const auto nvml = opened("old");
    CHECK(nvml->gpus()[0].power_limit_watts == 200.0);
    const GpuReading reading = nvml->read(0);
    CHECK(reading.memory_used_bytes == (2048 + 300) * mebibyte); // the old function counts both
    CHECK(reading.temperature_celsius == 61.0);
    CHECK(reading.throttle_reasons == throttle_hardware_heat);
    CHECK(!reading.energy_joules);
    CHECK(reading.error.empty());
}

TEST_CASE("a driver that has dropped the deprecated functions tells the temperature by the new one") {
    const FakeGpus script("devices=1;temperature=66");
    CHECK(opened("new")->read(0).temperature_celsius == 66.0);
}

TEST_CASE("a GPU that is lost between two readings has none of its numbers from then on, and says why") {
    const FakeGpus script("lost=2,-");
    const auto nvml = opened();
    CHECK(nvml->read(0).temperature_celsius == 61.0);
    for (int i = 0; i < 2; ++i) {
        const GpuReading lost = nvml->read(0);
        CHECK(!lost.utilization_percent);
        CHECK(!lost.temperature_celsius);
        CHECK(!lost.memory_used_bytes);
        CHECK(lost.error == "GPU is lost");
        CHECK(nvml->read(1).temperature_celsius == 61.0); // the other one goes on
    }
}

TEST_CASE("a GPU that was lost before is listed, with the reason in place of its numbers") {
    const FakeGpus script("lost=-,0");
    const auto nvml = opened();
    REQUIRE(nvml->gpus().size() == 2);
    CHECK(nvml->gpus()[1].name == "GPU 1");
    CHECK(nvml->read(1).error == "GPU is lost");
    CHECK(nvml->read(0).error.empty());
}

TEST_CASE("a call that fails takes its own number alone") {
    const FakeGpus script("devices=1;error=power:999");
    const GpuReading reading = opened()->read(0);
    CHECK(!reading.power_watts);
    CHECK(reading.temperature_celsius == 61.0);
    CHECK(reading.error == "Unknown Error");
}

TEST_CASE("without a library, a driver or a GPU there is one sentence that says so") {
    CHECK(why_not("libthere_is_none.so.1") == "the NVIDIA driver's libthere_is_none.so.1 is not installed");
    {
        const FakeGpus script("init=9");
        CHECK(why_not(fake_nvml()) == "the NVIDIA driver does not work: nvmlInit failed: Driver Not Loaded");
    }
    {
        const FakeGpus script("init=18");
        CHECK(why_not(fake_nvml()) ==
              "the NVIDIA driver does not work: nvmlInit failed: Driver/library version mismatch");
    }
    const FakeGpus script("devices=0");
    CHECK(why_not(fake_nvml()) == "the NVIDIA driver sees no GPU");
    CHECK(why_not("libc.so.6") == "the NVIDIA driver is too old: its libc.so.6 cannot list GPUs");
}

TEST_CASE("THREADX_NVML names the library") {
    unsetenv("THREADX_NVML");
    CHECK(nvml_library() == "libnvidia-ml.so.1");
    setenv("THREADX_NVML", "", 1);
    CHECK(nvml_library() == "libnvidia-ml.so.1");
    setenv("THREADX_NVML", "/some/where/libnvidia-ml.so", 1);
    CHECK(nvml_library() == "/some/where/libnvidia-ml.so");
    unsetenv("THREADX_NVML");
}

TEST_CASE("reasons for low clocks are words") {
    CHECK(throttle_words(0).empty());
    CHECK(throttle_words(throttle_heat | throttle_power_limit) == "power limit, heat");
    CHECK(throttle_words(throttle_idle | 0x4000) == "idle, another reason");
}
