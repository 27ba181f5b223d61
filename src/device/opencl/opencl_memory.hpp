// Memory of an OpenCL device, and memory of the host that it copies from and to.
#pragma once

#include <atomic>
#include <vector>

#include "device/accelerator.hpp"
#include "device/opencl/opencl_context.hpp"

namespace threadx::opencl {

class OpenClBuffer final : public DeviceBuffer {
  public:
    // Takes the memory at once, through `queue`: many drivers would wait until a kernel needs it, when it is
    // too late to ask for less. DeviceOutOfMemory. `in_use` counts the bytes while they are taken.
    OpenClBuffer(const OpenClContext& context, Queue queue, std::size_t bytes,
                 std::atomic<std::uint64_t>& in_use);
    ~OpenClBuffer() override { in_use_ -= bytes_; }
    OpenClBuffer(const OpenClBuffer&) = delete;
    OpenClBuffer& operator=(const OpenClBuffer&) = delete;

    std::size_t bytes() const override { return bytes_; }
    Memory memory() const { return memory_.get(); }

  private:
    std::atomic<std::uint64_t>& in_use_;
    std::size_t bytes_;
    Owned<Memory> memory_;
};

// Memory that the driver made and mapped, which it can copy from and to without another copy; ordinary
// memory where it has no such (left).
class OpenClHostBuffer final : public HostBuffer {
  public:
    OpenClHostBuffer(const OpenClContext& context, Queue queue, std::size_t bytes);
    ~OpenClHostBuffer() override;
    OpenClHostBuffer(const OpenClHostBuffer&) = delete;
    OpenClHostBuffer& operator=(const OpenClHostBuffer&) = delete;

    std::span<std::byte> bytes() override { return bytes_; }

  private:
    const OpenClContext& context_;
    Queue queue_;
    Owned<Memory> memory_;
    std::vector<std::byte> ordinary_;
    std::span<std::byte> bytes_;
};

} // namespace threadx::opencl
