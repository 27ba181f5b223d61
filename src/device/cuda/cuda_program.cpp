#include "device/cuda/cuda_program.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace threadx {
namespace {

// Scenarios of a group wait for each other, so groups are small; more of them run on a multiprocessor at
// once.
constexpr int usual_group_size = 128;

constexpr std::array image_not_taken = {CudaResult::invalid_image,
                                        CudaResult::no_binary_for_gpu,
                                        CudaResult::invalid_ptx,
                                        CudaResult::jit_compiler_not_found,
                                        CudaResult::unsupported_ptx_version,
                                        CudaResult::jit_compilation_disabled};

} // namespace

CudaKernel::CudaKernel(const CudaContext& context, CudaFunctionHandle function) : function_(function) {
    const auto read = [&](CudaFunctionAttribute attribute) {
        int value = 0;
        context.check(context.enter().function_attribute(&value, attribute, function), "cuFuncGetAttribute");
        return value;
    };
    // Fewer than the device's where the kernel needs many registers.
    const int most = read(CudaFunctionAttribute::max_threads_per_block);
    group_size_ = static_cast<std::size_t>(std::clamp(most, 1, usual_group_size));
    resources_ = {read(CudaFunctionAttribute::num_regs), read(CudaFunctionAttribute::local_size_bytes)};
}

std::unique_ptr<CudaProgram> CudaProgram::load(const CudaContext& context, const CudaCode& code,
                                               std::string& why) {
    std::vector<char> log(8192);
    std::array<CudaJitOption, 2> options = {CudaJitOption::error_log_buffer,
                                            CudaJitOption::error_log_buffer_size_bytes};
    // A size stands in the place of the pointer.
    std::array<void*, 2> values = {log.data(), reinterpret_cast<void*>(log.size() - 1)}; // NOLINT
    CudaModuleHandle module = nullptr;
    const CudaApi& api = context.enter();
    const CudaResult result =
        api.module_load(&module, code.image.c_str(), options.size(), options.data(), values.data());
    if (result == CudaResult::success)
        return std::unique_ptr<CudaProgram>(new CudaProgram(context, module, code.origin));
    why = fmt::format("cuModuleLoadDataEx failed: {}", api.describe(result));
    if (log.front() != '\0') why += fmt::format(": {}", log.data());
    if (std::find(image_not_taken.begin(), image_not_taken.end(), result) == image_not_taken.end())
        context.check(result, "cuModuleLoadDataEx");
    return nullptr;
}

CudaProgram::~CudaProgram() {
    if (const CudaApi* const api = context_.enter_quietly()) api->module_unload(module_);
}

std::unique_ptr<DeviceKernel> CudaProgram::make_kernel(const std::string& name) {
    CudaFunctionHandle function = nullptr;
    context_.check(context_.enter().module_function(&function, module_, name.c_str()),
                   fmt::format("cuModuleGetFunction of the kernel '{}'", name));
    return std::make_unique<CudaKernel>(context_, function);
}

} // namespace threadx
