// Memory of a CUDA device, and memory of the host that it reads and writes directly.
#pragma once

#include "device/accelerator.hpp"
#include "device/cuda/cuda_context.hpp"

namespace threadx {

class CudaBuffer final : public DeviceBuffer {
  public:
    CudaBuffer(const CudaContext& context, std::size_t bytes);
    ~CudaBuffer() override;
    CudaBuffer(const CudaBuffer&) = delete;
    CudaBuffer& operator=(const CudaBuffer&) = delete;

    std::size_t bytes() const override { return bytes_; }
    const CudaAddress& address() const { return address_; }

  private:
    const CudaContext& context_;
    std::size_t bytes_;
    CudaAddress address_ = 0;
};

class CudaHostBuffer final : public HostBuffer {
  public:
    CudaHostBuffer(const CudaContext& context, std::size_t bytes);
    ~CudaHostBuffer() override;
    CudaHostBuffer(const CudaHostBuffer&) = delete;
    CudaHostBuffer& operator=(const CudaHostBuffer&) = delete;

    std::span<std::byte> bytes() override { return {memory_, bytes_}; }

  private:
    const CudaContext& context_;
    std::size_t bytes_;
    std::byte* memory_ = nullptr;
};

} // namespace threadx
