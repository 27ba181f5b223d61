// A CUDA stream.
#pragma once

#include <array>

#include "device/accelerator.hpp"
#include "device/cuda/cuda_context.hpp"

namespace threadx {

class CudaQueue final : public DeviceQueue {
  public:
    explicit CudaQueue(const CudaContext& context);
    ~CudaQueue() override;
    CudaQueue(const CudaQueue&) = delete;
    CudaQueue& operator=(const CudaQueue&) = delete;

    void upload(DeviceBuffer& to, std::size_t offset_bytes, std::span<const std::byte> from) override;
    void download(std::span<std::byte> to, const DeviceBuffer& from, std::size_t offset_bytes) override;
    void launch(DeviceKernel& kernel, std::size_t items, std::span<const KernelArgument> arguments) override;
    void mark(int place) override;
    double seconds_between(int from, int to) override;
    bool idle() override;
    void wait() override;

  private:
    void destroy() noexcept;

    const CudaContext& context_;
    std::size_t most_groups_;
    CudaStreamHandle stream_ = nullptr;
    std::array<CudaEventHandle, 4> marks_{};
};

} // namespace threadx
