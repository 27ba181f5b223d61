// Where the code of kernels comes from: NVRTC, its cache, or what is built in.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "device/cuda/embedded_ptx.hpp"
#include "device/cuda/fake_devices.hpp"
#include "device/cuda/nvrtc.hpp"
#include "device/device_error.hpp"
#include "device/fake_cuda/places.hpp"
#include "device/gpu/kernel_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

std::string text() { return gpu_kernel_text({DeviceKind::cuda, false, true}); }

bool contains(const std::string& all, const std::string& part) { return all.find(part) != std::string::npos; }

// Where the kernels' code is from.
std::string origin(const std::string& script, const DriverSettings& settings) {
    FakeDevices fake(script, settings);
    return fake.open()->build(text())->origin();
}

} // namespace

TEST_CASE("NVRTC compiles for the device's architecture, or PTX for the latest that it knows before it") {
    std::string why;
    const FakeCompiler known("90,75,86");
    const auto nvrtc = Nvrtc::open(nvrtc_candidates(fake_nvrtc_folder(), 12), why);
    REQUIRE_MESSAGE(nvrtc != nullptr, why);
    CHECK(nvrtc->version() == "12.4");
    CHECK(nvrtc->architectures() == std::vector<int>{75, 86, 90});
    CHECK(!nvrtc->target_for(70));
    CHECK(nvrtc->target_for(75)->binary);
    CHECK(nvrtc->target_for(89)->architecture == 86);
    CHECK(!nvrtc->target_for(89)->binary);
    CHECK(nvrtc->target_for(120)->architecture == 90);
    CHECK(contains(nvrtc->compile("text", {90, true}, exact_nvrtc_options()), "ELF"));
    CHECK(contains(nvrtc->compile("text", {86, false}, exact_nvrtc_options()), ".target sm_86"));
    CHECK_THROWS_WITH_AS(nvrtc->compile("text", {90, true}, {"-fmad=true"}),
                         doctest::Contains("-fmad=false is missing"), DeviceError);
}

TEST_CASE("a program says where its code is from") {
    CHECK(origin("capability=9.0", FakeDevices::with_fake_nvrtc()) == "NVRTC 12.4");
    CHECK(origin("capability=12.0", FakeDevices::with_fake_nvrtc()) == "NVRTC 12.4"); // PTX
    if (embedded_ptx().empty()) return;
    CHECK(origin("driver=11000", FakeDevices::without_nvrtc()) == "built-in PTX");
    // NVRTC's PTX is too new for the driver.
    CHECK(origin("driver=12020;capability=12.0", FakeDevices::with_fake_nvrtc()) == "built-in PTX");
    const FakeCompiler compiler("broken,90");
    CHECK(origin("capability=9.0", FakeDevices::with_fake_nvrtc()) == "built-in PTX");
}

TEST_CASE("where there is no code at all, every way that was tried is told") {
    const FakeCompiler compiler("70,broken");
    FakeDevices fake("capability=7.0");
    const auto device = fake.open();
    try {
        device->build(text());
        FAIL("built");
    } catch (const DeviceError& error) {
        const std::string words = error.what();
        CHECK(contains(words,
                       "cuda:0 (Fake Large GPU): the kernels cannot be built: NVRTC 12.4 does not compile"));
        CHECK(contains(words, "error: the fake compiler was told to find one")); // the compiler's log
        CHECK(contains(words, "the PTX that is built in is for compute capability 7.5 and later"));
    }
}

TEST_CASE("an image that the device does not take is told with the driver's words") {
    FakeDevices fake("devices=1");
    const auto device = fake.open();
    CHECK_THROWS_WITH_AS(device->build("extern \"C\" __global__ void k() {}"),
                         doctest::Contains("fake_cuda knows the kernel text alone"), DeviceError);
}

TEST_CASE("NVRTC is looked for in the place that the user names and nowhere else") {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "threadx_nvrtc_test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    for (const char* const name : {"libnvrtc.so.12", "libnvrtc.so.13", "libnvrtc.so"})
        std::ofstream(folder / name) << "none";
    using Paths = std::vector<std::string>;
    const auto path = [&](const char* name) { return (folder / name).string(); };
    CHECK(nvrtc_candidates(path("libnvrtc.so.12"), 13) == Paths{path("libnvrtc.so.12")});
    // The one of the driver's own version first, then older ones, then later ones.
    CHECK(nvrtc_candidates(folder.string(), 13) ==
          Paths{path("libnvrtc.so.13"), path("libnvrtc.so.12"), path("libnvrtc.so")});
    CHECK(nvrtc_candidates(folder.string(), 12) ==
          Paths{path("libnvrtc.so.12"), path("libnvrtc.so"), path("libnvrtc.so.13")});
    CHECK(nvrtc_candidates("", 13).front() == "libnvrtc.so.13"); // where the loader looks
    setenv("CUDA_HOME", folder.c_str(), 1);
    std::filesystem::create_directories(folder / "lib64");
    std::ofstream(folder / "lib64" / "libnvrtc.so.13") << "none";
    const Paths all = nvrtc_candidates("", 13);
    CHECK(std::find(all.begin(), all.end(), path("lib64/libnvrtc.so.13")) != all.end());
    unsetenv("CUDA_HOME");
    std::filesystem::remove_all(folder);
}

TEST_CASE("what is not NVRTC is told from what is not there") {
    std::string why;
    CHECK(Nvrtc::open({"libc.so.6"}, why) == nullptr);
    CHECK(why == "libc.so.6 is not NVRTC 11.2 or later");
    CHECK(Nvrtc::open({"/there/is/none.so"}, why) == nullptr);
    CHECK(contains(why, "NVRTC is not installed or cannot be opened (/there/is/none.so"));
}
