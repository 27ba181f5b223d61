#include "device/opencl/opencl_accelerator.hpp"

#include <algorithm>
#include <array>

#include "base/system_memory.hpp"
#include "device/opencl/opencl_memory.hpp"
#include "device/opencl/opencl_program.hpp"
#include "device/opencl/opencl_queue.hpp"

namespace threadx::opencl {

OpenClAccelerator::OpenClAccelerator(const Api& api, const KnownDevice& known,
                                     const std::string& kernel_cache)
    : context_(api, known), cache_(kernel_cache), memory_queue_(context_.make_queue()) {}

// OpenCL itself has no such question. AMD has; of the others only what this accelerator took is known, and
// what a processor has left is what the system has.
std::uint64_t OpenClAccelerator::free_bytes() {
    const std::uint64_t all = properties().memory_bytes;
    if (properties().is_cpu) return std::min(all, system_memory().available_bytes);
    const std::string extensions = device_text(context_.api(), context_.device(), info::extensions);
    std::array<std::size_t, 2> kibibytes{}; // in all, and in one piece
    if (has_extension(extensions, amd_attributes) &&
        context_.api().get_device_info(context_.device(), info::free_memory_amd, sizeof kibibytes,
                                       kibibytes.data(), nullptr) == status::success)
        return std::min<std::uint64_t>(all, std::uint64_t{kibibytes[0]} * 1024);
    return all - std::min(all, in_use_.load());
}

std::uint64_t OpenClAccelerator::largest_buffer() {
    return device_number<std::uint64_t>(context_.api(), context_.device(), info::largest_buffer);
}

// Enough groups to hide the memory's latency on a GPU; a few groups for each core of a processor.
std::size_t OpenClAccelerator::items_at_once() const {
    const std::size_t per_unit = properties().is_cpu ? 64 : 1024;
    return per_unit * static_cast<std::size_t>(std::max(properties().compute_units, 1));
}

std::unique_ptr<DeviceBuffer> OpenClAccelerator::allocate(std::size_t bytes) {
    return std::make_unique<OpenClBuffer>(context_, memory_queue_.get(), bytes, in_use_);
}

std::unique_ptr<HostBuffer> OpenClAccelerator::allocate_host(std::size_t bytes) {
    return std::make_unique<OpenClHostBuffer>(context_, memory_queue_.get(), bytes);
}

std::unique_ptr<DeviceProgram> OpenClAccelerator::build(const std::string& text) {
    return std::make_unique<OpenClProgram>(context_, cache_, text);
}

std::unique_ptr<DeviceQueue> OpenClAccelerator::make_queue() {
    return std::make_unique<OpenClQueue>(context_);
}

} // namespace threadx::opencl
