// A CUDA device.
#pragma once

#include <memory>

#include "device/accelerator.hpp"
#include "device/cuda/cuda_code.hpp"
#include "device/cuda/cuda_context.hpp"

namespace threadx {

class CudaAccelerator final : public Accelerator {
  public:
    // `api` is shared, because a device may be in use for longer than the driver that opened it.
    CudaAccelerator(std::shared_ptr<const CudaApi> api, const DeviceProperties& properties,
                    const DriverSettings& settings, int driver_version);

    const DeviceProperties& properties() const override { return properties_; }
    std::uint64_t free_bytes() override;
    std::uint64_t largest_buffer() override;
    std::size_t items_at_once() const override { return items_at_once_; }
    std::unique_ptr<DeviceBuffer> allocate(std::size_t bytes) override;
    std::unique_ptr<HostBuffer> allocate_host(std::size_t bytes) override;
    std::unique_ptr<DeviceProgram> build(const std::string& text) override;
    std::unique_ptr<DeviceQueue> make_queue() override;

  private:
    std::shared_ptr<const CudaApi> api_;
    DeviceProperties properties_;
    CudaContext context_;
    CudaCodeSource code_;
    std::size_t items_at_once_;
    int architecture_;
};

} // namespace threadx
