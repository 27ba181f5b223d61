// A device that OpenCL reaches, opened.
#pragma once

#include <atomic>

#include "device/accelerator.hpp"
#include "device/kernel_cache.hpp"
#include "device/opencl/opencl_context.hpp"

namespace threadx::opencl {

class OpenClAccelerator final : public Accelerator {
  public:
    OpenClAccelerator(const Api& api, const KnownDevice& known, const std::string& kernel_cache);

    const DeviceProperties& properties() const override { return context_.properties(); }
    std::uint64_t free_bytes() override;
    std::uint64_t largest_buffer() override;
    std::size_t items_at_once() const override;
    std::unique_ptr<DeviceBuffer> allocate(std::size_t bytes) override;
    std::unique_ptr<HostBuffer> allocate_host(std::size_t bytes) override;
    std::unique_ptr<DeviceProgram> build(const std::string& text) override;
    std::unique_ptr<DeviceQueue> make_queue() override;

  private:
    OpenClContext context_;
    KernelCache cache_;
    Owned<Queue> memory_queue_;            // takes and maps memory
    std::atomic<std::uint64_t> in_use_{0}; // bytes of buffers
};

} // namespace threadx::opencl
