// The parts of `threadx doctor` that no run of the program on this machine shows.
#include <fstream>
#include <new>

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/cpu/processor_self_test.hpp"
#include "doctor/checkup.hpp"
#include "doctor/pci_devices.hpp"

using namespace threadx;

namespace {

// A folder as Linux has one for each device.
void plug_in(const std::filesystem::path& bus, const std::string& address, const std::string& vendor,
             const std::string& device_class) {
    std::filesystem::create_directories(bus / address);
    std::ofstream(bus / address / "vendor") << vendor << '\n';
    std::ofstream(bus / address / "class") << device_class << '\n';
}

} // namespace

TEST_CASE("of all that is plugged in NVIDIA's GPUs are found, with monitors or without") {
    const TemporaryFolder bus;
    CHECK(nvidia_gpus(bus.path()).empty());
    CHECK(nvidia_gpus(bus.path() / "none").empty());
    plug_in(bus.path(), "0000:02:00.0", "0x10de", "0x030200");        // a 3D controller
    plug_in(bus.path(), "0000:01:00.0", "0x10de", "0x030000");        // VGA
    plug_in(bus.path(), "0000:01:00.1", "0x10de", "0x040300");        // its sound
    plug_in(bus.path(), "0000:03:00.0", "0x1002", "0x030000");        // AMD's
    std::filesystem::create_directories(bus.path() / "0000:04:00.0"); // says nothing
    CHECK(nvidia_gpus(bus.path()) == std::vector<std::string>{"0000:01:00.0", "0000:02:00.0"});
}

TEST_CASE("a part that cannot be looked at is a failure with its reason") {
    Checkup checkup({.settings = {}, .overrides = {}, .devices = "cpu"});
    const CheckupPart broken = {"part", [](Checkup&) -> std::vector<Finding> { throw IoError("no disk"); }};
    const CheckupPart large = {"part", [](Checkup&) -> std::vector<Finding> { throw std::bad_alloc(); }};
    for (const auto& [part, says] : {std::pair{broken, "no disk"}, {large, "out of memory"}}) {
        const std::vector<Finding> found = look(part, checkup);
        REQUIRE(found.size() == 1);
        CHECK(found[0].outcome == FindingOutcome::failed);
        CHECK(found[0].says == says);
        CHECK(!found[0].remedy.empty());
    }
}

TEST_CASE("the processor passes its self-test with each of its instruction sets") {
    for (const KernelTable* kernels : available_kernels())
        for (const Precision precision : {Precision::float64, Precision::float32}) {
            CAPTURE(kernels->name);
            CHECK_NOTHROW(self_test(*kernels, precision));
        }
}
