// What CUDA and OpenCL have in common, one class of each per driver: memory, programs, queues. Everything
// else that a GPU does for ThreadX is written once, in device/gpu, on top of this.
//
// All functions may throw DeviceOutOfMemory, DeviceLost or another DeviceError. An accelerator and its
// programs are used by any thread, several at once; a buffer, a kernel, a queue by one at a time. What an
// accelerator made does not outlive it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "device/device_error.hpp"
#include "device/device_properties.hpp"

namespace threadx {

// Memory of the device.
class DeviceBuffer {
  public:
    virtual ~DeviceBuffer() = default;
    virtual std::size_t bytes() const = 0;
};

// Memory of the host that the device copies from and to, without another copy where it can (pinned).
class HostBuffer {
  public:
    virtual ~HostBuffer() = default;
    virtual std::span<std::byte> bytes() = 0;
};

// What a kernel takes, in the order of its parameters: a buffer, or a number as it lies in memory.
class KernelArgument {
  public:
    // NOLINTBEGIN(google-explicit-constructor): lists of arguments read like calls
    // Not explicit: lists of arguments read as those of a call.
    KernelArgument(const DeviceBuffer& buffer) : buffer_(&buffer) {} // NOLINT(google-explicit-constructor)
    template <class Number>
    requires std::is_arithmetic_v<Number> KernelArgument(Number number) : size_(sizeof number) {
        std::memcpy(bytes_.data(), &number, sizeof number);
    }
    // NOLINTEND(google-explicit-constructor)
    const DeviceBuffer* buffer() const { return buffer_; } // null: a number
    std::span<const std::byte> number() const { return {bytes_.data(), size_}; }

  private:
    const DeviceBuffer* buffer_ = nullptr;
    std::array<std::byte, 8> bytes_{};
    std::size_t size_ = 0;
};

// What a work item of a compiled kernel takes.
struct KernelResources {
    int registers = 0;   // of 32 bits
    int local_bytes = 0; // of memory in which registers are spilled
};

class DeviceKernel {
  public:
    virtual ~DeviceKernel() = default;
    // Work items of a group that suit the kernel and the device.
    virtual std::size_t group_size() const = 0;
    // Nothing where the driver does not tell.
    virtual std::optional<KernelResources> resources() const { return std::nullopt; }
};

// Compiled kernels.
class DeviceProgram {
  public:
    virtual ~DeviceProgram() = default;
    // Not to outlive the program. DeviceError if there is none of that name.
    virtual std::unique_ptr<DeviceKernel> make_kernel(const std::string& name) = 0;
    // What made its code, where there is more than one way: "NVRTC 13.0"; empty: the driver.
    virtual std::string origin() const { return {}; }
};

// What is put into a queue is done in its order, while the caller goes on. Errors may show in any later call.
class DeviceQueue {
  public:
    virtual ~DeviceQueue() = default;
    // The host's memory must stay as it is until the queue was waited for.
    virtual void upload(DeviceBuffer& to, std::size_t offset_bytes, std::span<const std::byte> from) = 0;
    virtual void download(std::span<std::byte> to, const DeviceBuffer& from, std::size_t offset_bytes) = 0;
    // Runs `items` work items, one dimension. Whole groups are started, so kernels look whether they are
    // among `items`.
    virtual void launch(DeviceKernel& kernel, std::size_t items,
                        std::span<const KernelArgument> arguments) = 0;
    // Takes the time at this place of the queue. Four places.
    virtual void mark(int place) = 0;
    virtual double seconds_between(int from, int to) = 0; // after wait(): of two marks
    virtual bool idle() = 0;                              // whether all is done
    virtual void wait() = 0;
};

class Accelerator {
  public:
    virtual ~Accelerator() = default;
    virtual const DeviceProperties& properties() const = 0;
    virtual std::uint64_t free_bytes() = 0;        // as far as the driver tells
    virtual std::uint64_t largest_buffer() = 0;    // bytes
    virtual std::size_t items_at_once() const = 0; // work items at which it is busy
    virtual std::unique_ptr<DeviceBuffer> allocate(std::size_t bytes) = 0;
    virtual std::unique_ptr<HostBuffer> allocate_host(std::size_t bytes) = 0;
    // Compiles kernel text (device/gpu/kernel_text.hpp), or finds it compiled. Contraction is off, division
    // and square root are correctly rounded, and denormals are kept; where the device cannot, DeviceError.
    virtual std::unique_ptr<DeviceProgram> build(const std::string& text) = 0;
    virtual std::unique_ptr<DeviceQueue> make_queue() = 0;
};

} // namespace threadx
