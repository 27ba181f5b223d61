// Compiled kernels of an OpenCL device.
#pragma once

#include "device/accelerator.hpp"
#include "device/kernel_cache.hpp"
#include "device/opencl/opencl_context.hpp"

namespace threadx::opencl {

class OpenClKernel final : public DeviceKernel {
  public:
    OpenClKernel(const OpenClContext& context, Program program, const std::string& name);

    std::size_t group_size() const override { return group_size_; }
    Kernel kernel() const { return kernel_.get(); }
    const std::string& name() const { return name_; }

  private:
    std::string name_;
    Owned<Kernel> kernel_;
    std::size_t group_size_ = 1;
};

class OpenClProgram final : public DeviceProgram {
  public:
    // DeviceError, with what the compiler says, if the text has a mistake.
    OpenClProgram(const OpenClContext& context, const KernelCache& cache, const std::string& text);

    std::unique_ptr<DeviceKernel> make_kernel(const std::string& name) override;

  private:
    Status build(const std::string& options) const;
    bool build_from(const std::string& binary, const std::string& options);
    std::string binary() const; // empty if the driver has none to give
    std::string build_log() const;

    const OpenClContext& context_;
    Owned<Program> program_;
};

} // namespace threadx::opencl
