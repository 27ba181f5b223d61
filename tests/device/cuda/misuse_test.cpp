// The fake driver finds what would go unseen on a real one, often for long.
#include <array>
#include <csignal>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "device/cuda/fake_devices.hpp"
#include "device/gpu/kernel_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

// What a child process that does `work` writes to stderr before it aborts; "lives" if it does not.
std::string last_words(const std::function<void()>& work) {
    std::array<int, 2> pipe_ends{};
    REQUIRE(pipe(pipe_ends.data()) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);
        dup2(pipe_ends[1], STDERR_FILENO);
        work();
        _exit(0);
    }
    close(pipe_ends[1]);
    std::string text;
    std::array<char, 256> part{};
    for (ssize_t count = 0; (count = read(pipe_ends[0], part.data(), part.size())) > 0;)
        text.append(part.data(), static_cast<std::size_t>(count));
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? text : "lives";
}

struct Bench {
    FakeDevices fake{"devices=1"};
    std::unique_ptr<Accelerator> device = fake.open();
    std::unique_ptr<DeviceQueue> queue = device->make_queue();
    std::unique_ptr<DeviceBuffer> buffer = device->allocate(64);
    std::vector<std::byte> host{64};
};

} // namespace

TEST_CASE("work that keeps the rules lives") {
    CHECK(last_words([] {
              Bench bench;
              bench.queue->upload(*bench.buffer, 0, bench.host);
              bench.queue->wait();
          }) == "lives");
}

TEST_CASE("copies outside a buffer end the program") {
    CHECK(last_words([] {
              Bench bench;
              bench.queue->upload(*bench.buffer, 8, bench.host);
          }) == "fake_cuda: a copy to the device outside its buffers\n");
    CHECK(last_words([] {
              Bench bench;
              bench.queue->download(bench.host, *bench.buffer, 8);
          }) == "fake_cuda: a copy from the device outside its buffers\n");
}

TEST_CASE("changing what is still being copied ends the program") {
    CHECK(last_words([] {
              Bench bench;
              bench.queue->upload(*bench.buffer, 0, bench.host);
              bench.host[3] = std::byte{1};
              bench.queue->wait();
          }) == "fake_cuda: memory of the host was changed before the copy to the device was waited for\n");
}

TEST_CASE("freeing what is still being copied to ends the program") {
    CHECK(last_words([] {
              Bench bench;
              auto pinned = bench.device->allocate_host(64);
              bench.queue->download(pinned->bytes(), *bench.buffer, 0);
              pinned.reset();
          }) == "fake_cuda: memory of the host was freed that a stream still copies from or to\n");
}

TEST_CASE("launching with something that is no buffer ends the program") {
    CHECK(last_words([] {
              Bench bench;
              const auto program = bench.device->build(gpu_kernel_text({DeviceKind::cuda, false, true}));
              const std::vector<KernelArgument> arguments = {*bench.buffer, std::uint64_t{4096}};
              bench.queue->launch(*program->make_kernel("canary"), 1, arguments);
          }) ==
          "fake_cuda: argument 1 of the kernel canary is no buffer of device 0, or one that was freed\n");
}

TEST_CASE("a kernel that writes beyond a buffer ends the program") {
    CHECK(last_words([] {
              Bench bench;
              const auto program = bench.device->build(gpu_kernel_text({DeviceKind::cuda, false, true}));
              const auto small = bench.device->allocate(8);
              const std::vector<KernelArgument> arguments = {*bench.buffer, *small};
              bench.queue->upload(*bench.buffer, 0, bench.host);
              bench.queue->launch(*program->make_kernel("canary"), 1, arguments);
              bench.queue->wait();
          }) == "fake_cuda: something was written outside a buffer of 8 bytes\n");
}

TEST_CASE("leaving something behind ends the program") {
    CHECK(last_words([] {
              FakeDevices fake("devices=1");
              auto device = fake.open();
              device->allocate(8).release(); // NOLINT(bugprone-unused-return-value)
              device.reset();
          }) == "fake_cuda: a context was released, and something of it was never freed\n");
}

TEST_CASE("a word that the script does not know ends the program") {
    CHECK(last_words([] { FakeDevices fake("devises=1"); }) ==
          "fake_cuda: FAKE_CUDA: there is no 'devises'\n");
}
