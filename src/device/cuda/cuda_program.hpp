// Compiled kernels on a CUDA device.
#pragma once

#include <memory>
#include <string>

#include "device/accelerator.hpp"
#include "device/cuda/cuda_code.hpp"
#include "device/cuda/cuda_context.hpp"

namespace threadx {

class CudaKernel final : public DeviceKernel {
  public:
    CudaKernel(const CudaContext& context, CudaFunctionHandle function);

    std::size_t group_size() const override { return group_size_; }
    std::optional<KernelResources> resources() const override { return resources_; }
    CudaFunctionHandle function() const { return function_; }

  private:
    CudaFunctionHandle function_;
    std::size_t group_size_;
    KernelResources resources_;
};

class CudaProgram final : public DeviceProgram {
  public:
    // Null, and the driver's words in `why`, if the device or the driver does not take this code, though it
    // may take another.
    static std::unique_ptr<CudaProgram> load(const CudaContext& context, const CudaCode& code,
                                             std::string& why);
    ~CudaProgram() override;
    CudaProgram(const CudaProgram&) = delete;
    CudaProgram& operator=(const CudaProgram&) = delete;

    std::unique_ptr<DeviceKernel> make_kernel(const std::string& name) override;
    std::string origin() const override { return origin_; }

  private:
    CudaProgram(const CudaContext& context, CudaModuleHandle module, std::string origin)
        : context_(context), module_(module), origin_(std::move(origin)) {}

    const CudaContext& context_;
    CudaModuleHandle module_;
    std::string origin_;
};

} // namespace threadx
