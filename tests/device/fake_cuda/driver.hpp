// The state of the fake driver. Work is put into streams and done only when somebody waits or asks, so that
// results that were not waited for are not there.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "device/fake_cuda/kernels.hpp"
#include "device/fake_cuda/script.hpp"

namespace fake_cuda {

// The driver's numbers of errors that the fake gives back.
enum Result : int {
    success = 0,
    invalid_value = 1,
    out_of_memory = 2,
    not_initialized = 3,
    no_device = 100,
    invalid_device = 101,
    invalid_image = 200,
    invalid_context = 201,
    no_binary_for_gpu = 209,
    invalid_ptx = 218,
    unsupported_ptx_version = 222,
    not_found = 500,
    not_ready = 600
};

// Memory of a device, or pinned memory of the host, between two guards that nobody may write to.
class Memory {
  public:
    explicit Memory(std::size_t bytes);
    ~Memory();
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    std::byte* data() { return bytes_.data() + guard; }
    std::size_t size() const { return bytes_.size() - 2 * guard; }
    bool holds(const void* address, std::size_t bytes) const;
    void check_guards() const;

  private:
    static constexpr std::size_t guard = 256;
    std::vector<std::byte> bytes_;
};

void poison(std::span<std::byte> bytes);

struct Operation {
    std::function<int()> run;               // a Result
    std::span<const std::byte> host_memory; // that it uses
};

struct Device;

struct Stream {
    Device* device = nullptr;
    std::deque<Operation> waiting;
};

struct Event {
    bool reached = false;
    std::chrono::steady_clock::time_point time;
};

struct Function {
    Device* device = nullptr;
    const Kernel* kernel = nullptr;
};

struct Module {
    Device* device = nullptr;
    Program program;
    std::map<std::string, Function> functions;
};

struct Device { // and its primary context
    DeviceScript script;
    int index = 0;
    int retained = 0;
    int lost_with = success; // sticky
    int allocations = 0;     // so far
    int launches = 0;        // so far
    std::map<const void*, std::unique_ptr<Memory>> memory;
    std::map<const void*, std::unique_ptr<Memory>> host_memory;
    std::map<void*, std::unique_ptr<Stream>> streams;
    std::map<void*, std::unique_ptr<Event>> events;
    std::map<void*, std::unique_ptr<Module>> modules;

    std::uint64_t used() const;
    Memory* memory_with(const void* address, std::size_t bytes);
    // Does what waits in the stream: all of it, or one operation.
    int run(Stream& stream);
    int run_one(Stream& stream);
    int run_all();
};

class Driver {
  public:
    int initialise(); // reads FAKE_CUDA
    bool initialised() const { return initialised_; }
    const Script& script() const { return script_; }
    std::vector<std::unique_ptr<Device>>& devices() { return devices_; }

    std::recursive_mutex mutex;

  private:
    bool initialised_ = false;
    std::string text_;
    Script script_;
    std::vector<std::unique_ptr<Device>> devices_;
};

Driver& driver();

// The program that an image is of. A Result other than success if the device or the driver does not take it.
int program_of(const char* image, const Device& device, Program& program, std::string& words);

// What cuLaunchKernel puts into the stream: the arguments are copied now, the kernel is run later.
Operation make_launch(Device& device, const Kernel& kernel, unsigned groups, unsigned group,
                      void** parameters);

} // namespace fake_cuda
