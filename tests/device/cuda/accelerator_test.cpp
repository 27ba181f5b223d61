// Memory, kernels and streams of the CUDA part, on the fake driver, which runs the kernel text itself.
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include <doctest/doctest.h>

#include "device/cuda/fake_devices.hpp"
#include "device/device_error.hpp"
#include "device/gpu/kernel_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

std::string text(bool single = false) { return gpu_kernel_text({DeviceKind::cuda, single, true}); }

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

template <class T>
std::span<std::byte> room_in(std::vector<T>& values) {
    return std::as_writable_bytes(std::span(values));
}

// What the kernel "canary" makes of numbers whose results show contraction, rounding and denormals.
template <class Real>
std::vector<Real> canary_inputs() {
    return {std::ldexp(Real{1}, -std::numeric_limits<Real>::digits / 2 - 2), Real{3}, Real{2},
            std::numeric_limits<Real>::min()};
}

template <class Real>
std::vector<Real> canary(Accelerator& device) {
    const std::vector<Real> in = canary_inputs<Real>();
    std::vector<Real> out(4);
    const auto program = device.build(text(std::is_same_v<Real, float>));
    const auto from = device.allocate(bytes_of(in).size());
    const auto to = device.allocate(bytes_of(out).size());
    const auto queue = device.make_queue();
    queue->upload(*from, 0, bytes_of(in));
    const std::vector<KernelArgument> arguments = {*from, *to};
    queue->launch(*program->make_kernel("canary"), 1, arguments);
    queue->download(room_in(out), *to, 0);
    queue->wait();
    return out;
}

template <class Real>
std::vector<Real> expected_canary() {
    const std::vector<Real> in = canary_inputs<Real>();
    return {Real{0}, Real{1} / in[1], std::sqrt(in[2]), in[3] / in[2]};
}

std::string words(const std::function<void()>& call) {
    try {
        call();
    } catch (const DeviceError& error) {
        return error.what();
    }
    return "no error";
}

bool contains(const std::string& all, const std::string& part) { return all.find(part) != std::string::npos; }

} // namespace

TEST_CASE("the kernel text gives the host's bits on each device, in either precision") {
    FakeDevices fake("devices=2");
    for (const std::size_t index : {0U, 1U}) {
        const auto device = fake.open(index);
        CHECK(canary<double>(*device) == expected_canary<double>());
        CHECK(canary<float>(*device) == expected_canary<float>());
    }
}

TEST_CASE("a device that computes otherwise is seen by the canary") {
    FakeDevices fake("wrong=canary");
    CHECK(canary<double>(*fake.open()) != expected_canary<double>());
}

TEST_CASE("numbers go up and come back, any part of a buffer") {
    FakeDevices fake("devices=1");
    const auto device = fake.open();
    const auto buffer = device->allocate(80);
    CHECK(buffer->bytes() == 80);
    const auto queue = device->make_queue();
    const auto host = device->allocate_host(16);
    CHECK(host->bytes().size() == 16);
    std::memset(host->bytes().data(), 7, 16);
    const std::vector<double> zeros(10);
    queue->upload(*buffer, 0, bytes_of(zeros));
    queue->upload(*buffer, 24, host->bytes());
    queue->upload(*buffer, 0, {}); // nothing
    std::vector<unsigned char> back(80);
    queue->download(room_in(back), *buffer, 0);
    queue->download({}, *buffer, 80);
    queue->wait();
    for (std::size_t i = 0; i < 80; ++i) CHECK(back[i] == (i >= 24 && i < 40 ? 7 : 0));
}

TEST_CASE("a queue goes on while the caller does, and says when it is done") {
    FakeDevices fake("devices=1");
    const auto device = fake.open();
    const auto queue = device->make_queue();
    CHECK(queue->idle());
    const auto buffer = device->allocate(8);
    const std::vector<double> one = {1.0};
    std::vector<double> back = {0.0};
    queue->mark(0);
    queue->upload(*buffer, 0, bytes_of(one));
    queue->download(room_in(back), *buffer, 0);
    queue->mark(3);
    CHECK(back[0] != 1.0); // not there before it was waited for
    CHECK(!queue->idle());
    queue->wait();
    CHECK(queue->idle());
    CHECK(back[0] == 1.0);
    CHECK(queue->seconds_between(0, 3) >= 0.0);
}

TEST_CASE("a queue that goes away has done its work, so that the memory it copies to may go too") {
    FakeDevices fake("devices=1");
    const auto device = fake.open();
    const auto buffer = device->allocate(8);
    const std::vector<double> one = {1.0};
    std::vector<double> back = {0.0};
    {
        const auto queue = device->make_queue();
        queue->upload(*buffer, 0, bytes_of(one));
        queue->download(room_in(back), *buffer, 0);
    }
    CHECK(back[0] == 1.0);
}

TEST_CASE("work items are started in whole groups of the kernel's size, none for none") {
    FakeDevices fake("group=96");
    const auto device = fake.open();
    const auto program = device->build(text());
    const auto canary = program->make_kernel("canary");
    DeviceKernel& kernel = *canary;
    CHECK(kernel.group_size() == 96);
    CHECK(kernel.resources()->registers == 40);
    CHECK(kernel.resources()->local_bytes == 8);
    CHECK(device->items_at_once() == 8 * 1024);
    const auto queue = device->make_queue();
    queue->launch(kernel, 0, {});
    CHECK(queue->idle());
    CHECK(contains(words([&] { queue->launch(kernel, std::size_t{1} << 32U, {}); }),
                   "too many for one launch"));
    CHECK(contains(words([&] { queue->launch(kernel, std::size_t{1} << 63U, {}); }),
                   "too many for one launch"));
}

TEST_CASE("a kernel that is not there is named") {
    FakeDevices fake("devices=1");
    const auto device = fake.open();
    const auto program = device->build(text());
    CHECK(contains(words([&] { program->make_kernel("none_such"); }),
                   "cuda:0 (Fake Large GPU): cuModuleGetFunction of the kernel 'none_such' failed: "
                   "CUDA_ERROR_NOT_FOUND"));
}

TEST_CASE("a device without room says so, and goes on with less") {
    FakeDevices fake("memory=1MiB;out_of_memory=allocation:4");
    const auto device = fake.open();
    CHECK(device->free_bytes() == 1U << 20U);
    CHECK(device->largest_buffer() == 1U << 20U);
    CHECK_THROWS_AS(device->allocate((1U << 20U) + 1), DeviceOutOfMemory);
    {
        const auto all = device->allocate(1U << 20U);
        CHECK(device->free_bytes() == 0);
        CHECK(contains(words([&] { device->allocate(1); }),
                       "cuda:0 (Fake Large GPU): cuMemAlloc of 1 bytes failed: CUDA_ERROR_OUT_OF_MEMORY"));
    }
    CHECK_THROWS_AS(device->allocate_host(1), DeviceOutOfMemory); // the fourth
    CHECK(device->allocate_host(1)->bytes().size() == 1);
    CHECK(canary<double>(*device) == expected_canary<double>());
}

TEST_CASE("a lost device takes no more work, whatever took it down, and the other goes on") {
    for (const char* const error : {"700", "214", "702", "719", "999"}) {
        CAPTURE(error);
        FakeDevices fake("devices=2;lost=launch:2:" + std::string(error) + ",-");
        const auto lost = fake.open(0);
        const auto other = fake.open(1);
        CHECK(canary<double>(*lost) == expected_canary<double>());
        CHECK_THROWS_AS(canary<double>(*lost), DeviceLost);
        CHECK_THROWS_AS(lost->allocate(1), DeviceLost);
        CHECK_THROWS_AS(lost->make_queue(), DeviceLost);
        CHECK_THROWS_AS(lost->build(text()), DeviceLost);
        CHECK(canary<double>(*other) == expected_canary<double>());
    }
    FakeDevices fake("lost=launch:1:700");
    const auto device = fake.open();
    CHECK(contains(words([&] { canary<double>(*device); }),
                   "cuda:0 (Fake Large GPU): cuStreamSynchronize failed: CUDA_ERROR_ILLEGAL_ADDRESS"));
}

TEST_CASE("an error that leaves the device well is neither of the two") {
    FakeDevices fake("lost=launch:1:701");
    const auto device = fake.open();
    try {
        canary<double>(*device);
        FAIL("no error");
    } catch (const DeviceLost&) {
        FAIL("lost");
    } catch (const DeviceError& error) {
        CHECK(contains(error.what(), "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"));
    }
}
