// Faults on request, with an accelerator that does nothing but count.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "device/fault_injection.hpp"
#include "device/inventory.hpp"

using namespace threadx;

namespace {

// Calls that came through to the device.
struct Calls {
    int opened = 0, built = 0, allocated = 0, uploaded = 0, launched = 0, downloaded = 0, waited = 0;
};

class NoBuffer final : public DeviceBuffer {
  public:
    std::size_t bytes() const override { return 8; }
};

class NoKernel final : public DeviceKernel {
  public:
    std::size_t group_size() const override { return 1; }
};

class CountingQueue final : public DeviceQueue {
  public:
    explicit CountingQueue(Calls& calls) : calls_(calls) {}
    void upload(DeviceBuffer&, std::size_t, std::span<const std::byte>) override { ++calls_.uploaded; }
    void download(std::span<std::byte> to, const DeviceBuffer&, std::size_t) override {
        ++calls_.downloaded;
        std::fill(to.begin(), to.end(), std::byte{8});
    }
    void launch(DeviceKernel&, std::size_t, std::span<const KernelArgument>) override { ++calls_.launched; }
    void mark(int) override {}
    double seconds_between(int, int) override { return 1.5; }
    bool idle() override { return true; }
    void wait() override { ++calls_.waited; }

  private:
    Calls& calls_;
};

class CountingAccelerator final : public Accelerator {
  public:
    CountingAccelerator(Calls& calls, DeviceProperties properties)
        : calls_(calls), properties_(std::move(properties)) {}
    const DeviceProperties& properties() const override { return properties_; }
    std::uint64_t free_bytes() override { return 10; }
    std::uint64_t largest_buffer() override { return 20; }
    std::size_t items_at_once() const override { return 30; }
    std::unique_ptr<DeviceBuffer> allocate(std::size_t) override {
        ++calls_.allocated;
        return std::make_unique<NoBuffer>();
    }
    std::unique_ptr<HostBuffer> allocate_host(std::size_t) override { return nullptr; }
    std::unique_ptr<DeviceProgram> build(const std::string&) override {
        ++calls_.built;
        return nullptr;
    }
    std::unique_ptr<DeviceQueue> make_queue() override { return std::make_unique<CountingQueue>(calls_); }

  private:
    Calls& calls_;
    DeviceProperties properties_;
};

class CountingDriver final : public DeviceDriver {
  public:
    explicit CountingDriver(Calls& calls) : calls_(calls) {}
    DeviceKind kind() const override { return DeviceKind::opencl; }
    std::string missing() const override { return ""; }
    std::vector<DeviceProperties> devices() override {
        std::vector<DeviceProperties> two(2);
        for (int i = 0; i < 2; ++i) {
            two[i].kind = DeviceKind::opencl;
            two[i].id = "opencl:" + std::to_string(i);
            two[i].name = "Made up";
        }
        return two;
    }
    std::unique_ptr<Accelerator> open(const DeviceProperties& device) override {
        ++calls_.opened;
        return std::make_unique<CountingAccelerator>(calls_, device);
    }

  private:
    Calls& calls_;
};

struct Machine {
    explicit Machine(const std::string& faults) {
        drivers.push_back(std::make_unique<CountingDriver>(calls));
        drivers = with_faults(std::move(drivers), parse_faults(faults));
    }
    std::unique_ptr<Accelerator> open(std::size_t number) {
        return open_device(drivers, drivers[0]->devices().at(number));
    }

    Calls calls;
    std::vector<std::unique_ptr<DeviceDriver>> drivers;
    NoBuffer buffer;
    NoKernel kernel;
};

std::string refusal(const std::string& faults) {
    try {
        parse_faults(faults);
    } catch (const InputError& error) {
        return error.what();
    }
    return "not refused";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("without faults the drivers stay what they are") {
    Calls calls;
    std::vector<std::unique_ptr<DeviceDriver>> drivers;
    drivers.push_back(std::make_unique<CountingDriver>(calls));
    const DeviceDriver* const before = drivers[0].get();
    CHECK(with_faults(std::move(drivers), {})[0].get() == before);
    CHECK(parse_faults("").empty());
    CHECK(parse_faults(" ; ").empty());
}

TEST_CASE("the n-th call of a kind fails, and no other") {
    Machine machine("opencl:0 allocate 2 out_of_memory; opencl:0 build 1 failed;opencl:1 open 1-2 failed");
    const auto device = machine.open(0);
    CHECK_THROWS_AS(machine.open(1), DeviceError);
    CHECK_THROWS_AS(machine.open(1), DeviceError);
    const auto other = machine.open(1);
    CHECK(machine.calls.opened == 2);
    CHECK(device->allocate(1)->bytes() == 8);
    for (int i = 0; i < 5; ++i) other->allocate(1); // counted on its own
    CHECK_THROWS_WITH_AS(device->allocate(1),
                         "opencl:0 (Made up): allocate number 2 fails because THREADX_FAULTS says so",
                         DeviceOutOfMemory);
    CHECK(device->allocate(1)->bytes() == 8);
    CHECK_THROWS_AS(device->build(""), DeviceError);
    device->build("");
    CHECK(machine.calls.allocated == 7);
    CHECK(machine.calls.built == 1);
    CHECK(device->free_bytes() == 10);
    CHECK(device->largest_buffer() == 20);
    CHECK(device->items_at_once() == 30);
}

TEST_CASE("calls of all queues of a device are counted together, from some call on too") {
    Machine machine("opencl:0 launch 3.. failed; opencl:0 upload 1 failed; opencl:0 wait 2 failed");
    const auto device = machine.open(0);
    const auto a = device->make_queue(), b = device->make_queue();
    a->launch(machine.kernel, 1, {});
    b->launch(machine.kernel, 1, {});
    CHECK_THROWS_AS(a->launch(machine.kernel, 1, {}), DeviceError);
    CHECK_THROWS_AS(b->launch(machine.kernel, 1, {}), DeviceError);
    CHECK(machine.calls.launched == 2);
    CHECK_THROWS_AS(a->upload(machine.buffer, 0, {}), DeviceError);
    a->upload(machine.buffer, 0, {});
    CHECK(machine.calls.uploaded == 1);
    a->wait();
    CHECK_THROWS_AS(b->wait(), DeviceError);
    a->wait();
    CHECK(machine.calls.waited == 3); // that which fails too: the work has ended when its user hears of it
    CHECK(a->idle());
    CHECK(a->seconds_between(0, 1) == 1.5);
}

TEST_CASE("what is lost stays lost, for every call and every queue") {
    Machine machine("opencl:0 download 1 lost");
    const auto device = machine.open(0), other = machine.open(1);
    const auto queue = device->make_queue(), second = device->make_queue();
    std::vector<std::byte> bytes(4);
    CHECK_THROWS_AS(queue->download(bytes, machine.buffer, 0), DeviceLost);
    CHECK_THROWS_AS(second->download(bytes, machine.buffer, 0), DeviceLost);
    CHECK_THROWS_AS(second->wait(), DeviceLost);
    CHECK_THROWS_AS(second->idle(), DeviceLost);
    CHECK_THROWS_AS(second->mark(0), DeviceLost);
    CHECK_THROWS_AS(device->allocate(1), DeviceLost);
    CHECK_THROWS_AS(device->allocate_host(1), DeviceLost);
    CHECK_THROWS_AS(device->make_queue(), DeviceLost);
    CHECK_THROWS_AS(machine.open(0), DeviceLost);
    other->make_queue()->download(bytes, machine.buffer, 0);
    CHECK(machine.calls.downloaded == 1);
}

TEST_CASE("a wrong download differs by one bit") {
    Machine machine("opencl:0 download 2 wrong");
    const auto device = machine.open(0);
    const auto queue = device->make_queue();
    std::vector<std::byte> bytes(3);
    const std::vector<std::byte> right(3, std::byte{8});
    queue->download(bytes, machine.buffer, 0);
    CHECK(bytes == right);
    queue->download(bytes, machine.buffer, 0);
    CHECK(bytes == std::vector<std::byte>{std::byte{9}, std::byte{8}, std::byte{8}});
    queue->download(bytes, machine.buffer, 0);
    CHECK(bytes == right);
}

TEST_CASE("a mistake in the faults is refused") {
    CHECK(has(refusal("opencl:0 lunch 1 lost"), "'lunch' is unknown (did you mean 'launch'?)"));
    CHECK(has(refusal("opencl:0 launch 1 lots"), "'lots' is unknown (did you mean 'lost'?)"));
    CHECK(has(refusal("opencl:0 launch 1"), "it has not four words"));
    CHECK(has(refusal("opencl:0 launch 1 lost now"), "it has not four words"));
    CHECK(has(refusal("opencl launch 1 lost"), "'opencl' is no id of a GPU"));
    CHECK(has(refusal("cpu launch 1 lost"), "'cpu' is no id of a GPU"));
    for (const char* number : {"0", "-1", "x", "3-2", "3..5", "..", "1-", "-2"})
        CHECK(has(refusal(std::string("cuda:0 wait ") + number + " failed"), "is no number of calls"));
    CHECK(has(refusal("opencl:0 launch 1 wrong"), "only a download can be wrong"));
    CHECK(has(refusal("opencl:0 launch 1 lost; opencl:1"), "THREADX_FAULTS: ' opencl:1'"));
}
