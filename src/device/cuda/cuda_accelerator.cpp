#include "device/cuda/cuda_accelerator.hpp"

#include <fmt/format.h>

#include "device/cuda/cuda_memory.hpp"
#include "device/cuda/cuda_program.hpp"
#include "device/cuda/cuda_queue.hpp"

namespace threadx {

CudaAccelerator::CudaAccelerator(std::shared_ptr<const CudaApi> api, const DeviceProperties& properties,
                                 const DriverSettings& settings, int driver_version)
    : api_(std::move(api)), properties_(properties), context_(*api_, properties),
      code_(settings, driver_version),
      items_at_once_(
          static_cast<std::size_t>(context_.attribute(CudaDeviceAttribute::multiprocessor_count)) *
          static_cast<std::size_t>(context_.attribute(CudaDeviceAttribute::max_threads_per_multiprocessor))),
      architecture_(context_.attribute(CudaDeviceAttribute::compute_capability_major) * 10 +
                    context_.attribute(CudaDeviceAttribute::compute_capability_minor)) {}

std::uint64_t CudaAccelerator::free_bytes() {
    std::size_t free = 0;
    std::size_t total = 0;
    context_.check(context_.enter().memory_info(&free, &total), "cuMemGetInfo");
    return free;
}

// One buffer may take all there is.
std::uint64_t CudaAccelerator::largest_buffer() { return properties_.memory_bytes; }

std::unique_ptr<DeviceBuffer> CudaAccelerator::allocate(std::size_t bytes) {
    return std::make_unique<CudaBuffer>(context_, bytes);
}

std::unique_ptr<HostBuffer> CudaAccelerator::allocate_host(std::size_t bytes) {
    return std::make_unique<CudaHostBuffer>(context_, bytes);
}

std::unique_ptr<DeviceProgram> CudaAccelerator::build(const std::string& text) {
    std::string why_not_compiled;
    if (const auto code = code_.compiled(text, architecture_, why_not_compiled)) {
        if (auto program = CudaProgram::load(context_, *code, why_not_compiled)) return program;
        // A driver older than the compiler may not take its code.
        why_not_compiled = fmt::format("code of {}: {}", code->origin, why_not_compiled);
    }
    std::string why_not_embedded;
    if (const auto code = CudaCodeSource::embedded(text, architecture_, why_not_embedded)) {
        if (auto program = CudaProgram::load(context_, *code, why_not_embedded)) return program;
        why_not_embedded = fmt::format("{}: {}", code->origin, why_not_embedded);
    }
    throw DeviceError(fmt::format("{}: the kernels cannot be built: {}; and {}", context_.label(),
                                  why_not_compiled, why_not_embedded));
}

std::unique_ptr<DeviceQueue> CudaAccelerator::make_queue() { return std::make_unique<CudaQueue>(context_); }

} // namespace threadx
