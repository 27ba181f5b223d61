// The OpenCL driver on whatever devices this machine has; with PoCL, its processor as two devices.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "base/temporary_folder.hpp"
#include "device/device_driver.hpp"
#include "device/kernel_cache.hpp"

using namespace threadx;

namespace {

// Runs `test` on each device that can be used; says so where there is none.
void on_each_device(const std::function<void(Accelerator&)>& test, const DriverSettings& settings = {}) {
    const auto driver = open_opencl_driver(settings);
    bool any = false;
    for (const DeviceProperties& device : driver->devices()) {
        if (!device.unusable.empty()) {
            std::printf("skipped: %s because %s\n", device.id.c_str(), device.unusable.c_str());
            continue;
        }
        any = true;
        CAPTURE(device.id);
        CAPTURE(device.name);
        const auto accelerator = driver->open(device);
        test(*accelerator);
    }
    if (!any)
        std::printf("skipped: a test of OpenCL because there is no device: %s\n", driver->missing().c_str());
}

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

// The text of a kernel "work" with the inputs x and y, the output out, and the item i.
std::string kernel_text(const std::string& real, const std::string& statement) {
    return "#pragma OPENCL FP_CONTRACT OFF\n" +
           std::string(real == "double" ? "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n" : "") +
           "__kernel void work(__global const " + real + "* x, __global const " + real + "* y, __global " +
           real + "* out, int n) {\n  int i = get_global_id(0);\n  if (i < n) {\n    " + statement +
           "\n  }\n}\n";
}

template <class T>
std::vector<T> computed(Accelerator& accelerator, const std::string& statement, const std::vector<T>& x,
                        const std::vector<T>& y) {
    const std::size_t bytes = x.size() * sizeof(T);
    const auto program =
        accelerator.build(kernel_text(std::is_same_v<T, double> ? "double" : "float", statement));
    const auto in_x = accelerator.allocate(bytes), in_y = accelerator.allocate(bytes),
               out = accelerator.allocate(bytes);
    const auto queue = accelerator.make_queue();
    const auto kernel = program->make_kernel("work");
    std::vector<T> result(x.size());
    queue->upload(*in_x, 0, bytes_of(x));
    queue->upload(*in_y, 0, bytes_of(y));
    const std::vector<KernelArgument> arguments = {*in_x, *in_y, *out, static_cast<std::int32_t>(x.size())};
    queue->launch(*kernel, x.size(), arguments);
    queue->download(std::as_writable_bytes(std::span(result)), *out, 0);
    queue->wait();
    return result;
}

// Positive numbers of all magnitudes, denormals among them.
template <class T, class Word>
std::vector<T> random_numbers(std::size_t count, unsigned seed) {
    std::mt19937_64 random(seed);
    std::vector<T> numbers;
    while (numbers.size() < count) {
        const Word bits = static_cast<Word>(random()) & (std::numeric_limits<Word>::max() >> 1U);
        T number{};
        std::memcpy(&number, &bits, sizeof number);
        if (std::isfinite(number)) numbers.push_back(number);
    }
    return numbers;
}

template <class T, class Word>
void check_arithmetic(Accelerator& accelerator) {
    const std::size_t count = 20011;
    const auto x = random_numbers<T, Word>(count, 1), y = random_numbers<T, Word>(count, 2);
    std::vector<T> quotient, root, product;
    for (std::size_t i = 0; i < count; ++i) {
        quotient.push_back(x[i] / y[i]);
        root.push_back(std::sqrt(x[i]));
        product.push_back(x[i] * y[i]);
    }
    if (std::is_same_v<T, double> || accelerator.properties().rounded_float32_division) {
        CHECK(same_bits(computed(accelerator, "out[i] = x[i] / y[i];", x, y), quotient));
        CHECK(same_bits(computed(accelerator, "out[i] = sqrt(x[i]);", x, y), root));
    }
    CHECK(same_bits(computed(accelerator, "out[i] = x[i] * y[i];", x, y), product));
}

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const DeviceError& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("devices have an identity, a name and sizes") {
    const auto driver = open_opencl_driver({});
    CHECK(driver->kind() == DeviceKind::opencl);
    const std::vector<DeviceProperties> devices = driver->devices();
    const std::vector<DeviceProperties> again = open_opencl_driver({})->devices();
    REQUIRE(again.size() == devices.size());
    for (std::size_t i = 0; i < devices.size(); ++i) {
        CHECK(devices[i].id == "opencl:" + std::to_string(i));
        CHECK(devices[i].index == static_cast<int>(i));
        CHECK_FALSE(devices[i].name.empty());
        CHECK_FALSE(devices[i].driver.empty());
        CHECK(devices[i].memory_bytes > 0);
        CHECK(devices[i].compute_units > 0);
        CHECK(devices[i].uuid == again[i].uuid);
        for (std::size_t k = 0; k < i; ++k) CHECK(devices[i].uuid != devices[k].uuid);
    }
}

TEST_CASE("PoCL's devices compute on the processor, in both precisions") {
    int found = 0;
    for (const DeviceProperties& device : open_opencl_driver({})->devices()) {
        if (device.driver.find("Portable Computing Language") == std::string::npos ||
            !device.unusable.empty())
            continue;
        ++found;
        CHECK(device.is_cpu);
        CHECK(device.float64);
    }
    if (found == 0) std::puts("skipped: PoCL's devices because there are none");
}

TEST_CASE("memory keeps what was uploaded, at every offset") {
    on_each_device([](Accelerator& accelerator) {
        const auto buffer = accelerator.allocate(1000);
        const auto pinned = accelerator.allocate_host(1000);
        const auto queue = accelerator.make_queue();
        CHECK(buffer->bytes() == 1000);
        REQUIRE(pinned->bytes().size() == 1000);
        for (std::size_t i = 0; i < 1000; ++i) pinned->bytes()[i] = static_cast<std::byte>(i * 7);
        queue->upload(*buffer, 0, pinned->bytes());
        const std::vector<std::byte> part(10, std::byte{255});
        queue->upload(*buffer, 990, part);
        std::vector<std::byte> middle(20), end(20);
        queue->download(middle, *buffer, 500);
        queue->download(end, *buffer, 980);
        queue->wait();
        CHECK(queue->idle());
        CHECK(std::equal(middle.begin(), middle.end(), pinned->bytes().begin() + 500));
        CHECK(std::equal(end.begin(), end.begin() + 10, pinned->bytes().begin() + 980));
        CHECK(std::equal(end.begin() + 10, end.end(), part.begin()));
    });
}

TEST_CASE("a kernel runs every item, whatever their number, and several kernels run in order") {
    on_each_device([](Accelerator& accelerator) {
        for (const int count : {1, 63, 64, 1000, 4097}) {
            std::vector<float> x(static_cast<std::size_t>(count)), twice;
            for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i);
            for (const float value : x) twice.push_back(value + value);
            CHECK(same_bits(computed(accelerator, "out[i] = x[i] + y[i];", x, x), twice));
        }
        const auto program = accelerator.build(
            "__kernel void add(__global int* a, int n, int more) { int i = get_global_id(0);"
            " if (i < n) a[i] += more; }\n"
            "__kernel void twice(__global int* a, int n) { int i = get_global_id(0); if (i < n) a[i] *= 2; "
            "}");
        const auto add = program->make_kernel("add"), twice = program->make_kernel("twice");
        std::vector<std::int32_t> values(3000, 5);
        const auto buffer = accelerator.allocate(values.size() * 4);
        const auto queue = accelerator.make_queue();
        queue->upload(*buffer, 0, bytes_of(values));
        for (int round = 0; round < 300; ++round) { // more than the queue remembers
            const std::vector<KernelArgument> sum = {*buffer, 3000, round}, product = {*buffer, 3000};
            queue->launch(*add, 3000, sum);
            if (round % 50 == 0) queue->launch(*twice, 3000, product);
        }
        queue->download(std::as_writable_bytes(std::span(values)), *buffer, 0);
        queue->wait();
        std::int32_t expected = 5;
        for (int round = 0; round < 300; ++round) expected = (expected + round) * (round % 50 == 0 ? 2 : 1);
        CHECK(values == std::vector<std::int32_t>(3000, expected));
    });
}

TEST_CASE("marks take times in the order of the queue") {
    on_each_device([](Accelerator& accelerator) {
        const std::vector<float> x(100000, 1.5F);
        const auto program = accelerator.build(kernel_text(
            "float", "float s = x[i]; for (int k = 0; k < 200; ++k) s = s * y[i] + x[i]; out[i] = s;"));
        const auto kernel = program->make_kernel("work");
        const auto a = accelerator.allocate(x.size() * 4), b = accelerator.allocate(x.size() * 4);
        const auto queue = accelerator.make_queue();
        queue->upload(*a, 0, bytes_of(x));
        const std::vector<KernelArgument> arguments = {*a, *a, *b, static_cast<std::int32_t>(x.size())};
        queue->mark(0);
        queue->launch(*kernel, x.size(), arguments);
        queue->mark(1);
        queue->launch(*kernel, x.size(), arguments);
        queue->mark(2);
        queue->wait();
        CHECK(queue->seconds_between(0, 1) > 0.0);
        CHECK(queue->seconds_between(1, 2) > 0.0);
        CHECK(queue->seconds_between(0, 2) ==
              doctest::Approx(queue->seconds_between(0, 1) + queue->seconds_between(1, 2)));
        CHECK_THROWS_AS(queue->seconds_between(0, 3), DeviceError);
    });
}

TEST_CASE("division, square root and denormals have the host's bits") {
    on_each_device([](Accelerator& accelerator) {
        check_arithmetic<float, std::uint32_t>(accelerator);
        if (accelerator.properties().float64) check_arithmetic<double, std::uint64_t>(accelerator);
        const std::vector<float> tiny = {1e-42F, 3e-45F, 2e-40F}, half = {0.5F, 1.0F, 0.25F};
        std::vector<float> expected;
        for (std::size_t i = 0; i < tiny.size(); ++i) expected.push_back(tiny[i] * half[i]);
        CHECK(same_bits(computed(accelerator, "out[i] = x[i] * y[i];", tiny, half), expected));
        CHECK(expected[0] > 0.0F);
    });
}

TEST_CASE("multiplications and additions are not fused") {
    on_each_device([](Accelerator& accelerator) {
        const float s = std::ldexp(1.0F, -13);
        const std::string statement = "out[i] = x[i] * y[i] - 1;";
        CHECK(computed<float>(accelerator, statement, {1.0F + s}, {1.0F - s}) == std::vector<float>{0.0F});
        if (!accelerator.properties().float64) return;
        const double d = std::ldexp(1.0, -27);
        CHECK(computed<double>(accelerator, statement, {1.0 + d}, {1.0 - d}) == std::vector<double>{0.0});
    });
}

TEST_CASE("a mistake in the text shows what the compiler says about it") {
    on_each_device([](Accelerator& accelerator) {
        const std::string message =
            message_of([&] { accelerator.build(kernel_text("float", "out[i] = no_such_variable;")); });
        CHECK(message.find(accelerator.properties().id) == 0);
        CHECK(message.find("no_such_variable") != std::string::npos);
        const auto program = accelerator.build(kernel_text("float", "out[i] = 1;"));
        const std::string absent = message_of([&] { program->make_kernel("no_such_kernel"); });
        CHECK(absent.find("'no_such_kernel'") != std::string::npos);
        CHECK(absent.find("CL_INVALID_KERNEL_NAME") != std::string::npos);
    });
}

TEST_CASE("a compiled text is kept and used again, and made anew where the driver refuses what was kept") {
    const TemporaryFolder folder;
    const KernelCache cache(folder.path());
    const auto kept = [&] {
        std::vector<std::string> keys;
        for (const auto& file : std::filesystem::directory_iterator(folder.path()))
            keys.push_back(file.path().stem());
        return keys;
    };
    on_each_device(
        [&](Accelerator& accelerator) {
            const std::string statement = "out[i] = x[i] + 3;";
            const auto result = [&] { return computed<float>(accelerator, statement, {1.0F}, {1.0F}).at(0); };
            for (const auto& file : std::filesystem::directory_iterator(folder.path()))
                std::filesystem::remove(file);
            accelerator.build(kernel_text("float", "out[i] = x[i] + 7;"));
            REQUIRE(kept().size() == 1);
            const std::string other = cache.find(kept().front()).value();
            std::filesystem::remove_all(folder.path() / (kept().front() + ".kernel"));

            CHECK(result() == 4.0F);
            REQUIRE(kept().size() == 1);
            const std::string key = kept().front();
            CHECK(result() == 4.0F);
            cache.store(key, other); // so that it shows which of the two is used
            CHECK(result() == 8.0F);
            cache.store(key, "no binary of any driver");
            CHECK(result() == 4.0F);
            CHECK(cache.find(key) != "no binary of any driver");
            CHECK(result() == 4.0F);
        },
        {.nvrtc = "", .kernel_cache = folder.path()});
}

TEST_CASE("memory that the device does not have is refused as such") {
    on_each_device([](Accelerator& accelerator) {
        CHECK(accelerator.free_bytes() > 0);
        CHECK(accelerator.largest_buffer() > 0);
        CHECK(accelerator.items_at_once() > 0);
        CHECK_THROWS_AS(accelerator.allocate(std::size_t{1} << 50U), DeviceOutOfMemory);
    });
}

TEST_CASE("a device that is not there cannot be opened") {
    DeviceProperties device;
    device.id = "opencl:99";
    CHECK_THROWS_AS(open_opencl_driver({})->open(device), DeviceError);
}

// Skipped here and run by itself (opencl_without_platform in CMakeLists.txt), where the loader is told to
// look for drivers in a folder that is not there: it does so once in a process.
TEST_CASE("where the loader knows no platform there are no devices, and it says so" * doctest::skip()) {
    const auto driver = open_opencl_driver({});
    CHECK(driver->devices().empty());
    CHECK(driver->missing().find("no OpenCL: libOpenCL.so.1") == 0);
}
