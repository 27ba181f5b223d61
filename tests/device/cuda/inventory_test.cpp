// Which devices the CUDA driver lists, and what it says of those that cannot be used.
#include <doctest/doctest.h>

#include "device/cuda/cuda_driver.hpp"
#include "device/cuda/embedded_ptx.hpp"
#include "device/cuda/fake_devices.hpp"
#include "device/device_error.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string why_unusable(const std::string& script,
                         const DriverSettings& settings = FakeDevices::with_fake_nvrtc()) {
    FakeDevices fake(script, settings);
    CHECK(fake.driver().missing() == "");
    return fake.list().at(0).unusable;
}

} // namespace

TEST_CASE("two unlike devices are listed with what is known of each") {
    FakeDevices fake("devices=2;driver=12040");
    CHECK(fake.driver().missing() == "");
    CHECK(fake.driver().kind() == DeviceKind::cuda);
    const std::vector<DeviceProperties> devices = fake.list();
    REQUIRE(devices.size() == 2);
    const DeviceProperties& large = devices[0];
    CHECK(large.id == "cuda:0");
    CHECK(large.kind == DeviceKind::cuda);
    CHECK(large.index == 0);
    CHECK(large.name == "Fake Large GPU");
    CHECK(large.uuid == "GPU-00010203-0405-0607-0809-0a0b0c0d0e0f");
    CHECK(large.memory_bytes == std::uint64_t{1} << 30U);
    CHECK(large.compute_capability == "9.0");
    CHECK(large.compute_units == 8);
    CHECK(large.float64);
    CHECK(large.float64_rate == 0.5);
    CHECK(!large.is_cpu);
    CHECK(contains(large.driver, "CUDA 12.4"));
    CHECK(large.unusable == "");
    const DeviceProperties& small = devices[1];
    CHECK(small.id == "cuda:1");
    CHECK(small.index == 1);
    CHECK(small.uuid == "GPU-10111213-1415-1617-1819-1a1b1c1d1e1f");
    CHECK(small.compute_capability == "7.5");
    CHECK(small.float64_rate == 1.0 / 32.0);
    CHECK(small.unusable == "");
}

TEST_CASE("without the driver's library there are no devices, and the reason is told") {
    CudaDriver driver({}, "libthere_is_none.so.1");
    CHECK(driver.missing() == "the NVIDIA driver's libthere_is_none.so.1 is not installed");
    CHECK(driver.devices().empty());
    CHECK_THROWS_AS(driver.open({}), DeviceError);
}

TEST_CASE("a library that is not the driver's is told by the function that it lacks") {
    CudaDriver driver({}, "libc.so.6");
    CHECK(driver.missing() ==
          "the NVIDIA driver is too old: its libc.so.6 has no cuInit; CUDA 11.0 or later is needed");
}

TEST_CASE("a driver that does not start says so with its own name of the error") {
    FakeDevices mismatch("init=803");
    CHECK(contains(mismatch.driver().missing(), "cuInit failed: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"));
    CHECK(mismatch.list().empty());
    FakeDevices none("init=100");
    CHECK(contains(none.driver().missing(), "CUDA_ERROR_NO_DEVICE"));
    FakeDevices unnamed("init=12345");
    CHECK(contains(unnamed.driver().missing(), "CUDA error 12345"));
}

TEST_CASE("a device that cannot be used is listed with the reason, and is not opened") {
    CHECK(why_unusable("driver=10020") ==
          "the NVIDIA driver is too old: it is for CUDA 10.2, and 11.0 or later is needed");
    CHECK(why_unusable("capability=6.1") == "its compute capability is 6.1, and 7.0 or later is needed");
    CHECK(contains(why_unusable("compute_mode=2"), "compute mode is prohibited"));
    CHECK(why_unusable("capability=7.5") == "");
    FakeDevices fake("devices=2;capability=6.1,9.0");
    CHECK_THROWS_WITH_AS(
        fake.open(0),
        "cuda:0 (Fake Large GPU) cannot be used: its compute capability is 6.1, and 7.0 or later is needed",
        DeviceError);
    CHECK(fake.open(1)->properties().id == "cuda:1");
}

TEST_CASE("a device that nothing has code for says what would help") {
    const FakeCompiler compiler("75,80,90");
    CHECK(contains(why_unusable("capability=7.0"), "compiles for compute capability 7.5 and later"));
    const std::string without = why_unusable("capability=7.0", FakeDevices::without_nvrtc());
    CHECK(contains(without, "no code for it is built in"));
    CHECK(contains(without, "[gpu] nvrtc"));
    CHECK(contains(without, "/there/is/none.so"));
    // With PTX built in, later devices need no compiler.
    CHECK((why_unusable("capability=8.9", FakeDevices::without_nvrtc()) == "") == !embedded_ptx().empty());
    const FakeCompiler older("70,75");
    CHECK(why_unusable("capability=7.0") == "");
}

TEST_CASE("a device that another process has for itself is named when it is opened") {
    FakeDevices fake("compute_mode=3;retain=46");
    CHECK(fake.list().at(0).unusable == "");
    try {
        fake.open();
        FAIL("it was opened");
    } catch (const DeviceError& error) {
        CHECK(contains(error.what(), "cuda:0 (Fake Large GPU)"));
        CHECK(contains(error.what(), "CUDA_ERROR_DEVICE_UNAVAILABLE"));
        CHECK(contains(error.what(), "another process may be using it"));
    }
}
