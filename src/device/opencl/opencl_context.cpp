#include "device/opencl/opencl_context.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace threadx::opencl {
namespace {

// Not in the specification: what NVIDIA's driver says after a kernel read or wrote beyond its memory.
constexpr Status nvidia_illegal_access = -9999;

bool means_no_room(Status status) {
    return status == status::allocation_failure || status == status::out_of_host_memory;
}

bool means_lost(Status status) {
    switch (status) {
    case status::device_not_found:
    case status::device_not_available:
    case status::failed_in_wait_list:
    case status::invalid_device:
    case status::invalid_context:
    case status::invalid_queue:
    case nvidia_illegal_access: return true;
    default: return false;
    }
}

} // namespace

OpenClContext::OpenClContext(const Api& api, KnownDevice known)
    : api_(api), known_(std::move(known)), context_(nullptr, api.release_context) {
    const std::array<std::intptr_t, 3> choice = {context_platform,
                                                 reinterpret_cast<std::intptr_t>(known_.platform), 0};
    Status status = status::success;
    context_.reset(api_.create_context(choice.data(), 1, &known_.device, nullptr, nullptr, &status));
    check(status, "clCreateContext");
}

std::string OpenClContext::text(const std::string& what) const {
    return fmt::format("{} ({}): {}", properties().id, properties().name, what);
}

DeviceError OpenClContext::error(const std::string& what) const { return DeviceError(text(what)); }

void OpenClContext::check(Status status, const char* call) const {
    if (status == status::success) return;
    const std::string message = text(fmt::format("{} failed with {}", call, status_name(status)));
    if (means_no_room(status)) throw DeviceOutOfMemory(message);
    if (means_lost(status)) throw DeviceLost(message);
    throw DeviceError(message);
}

void OpenClContext::check_memory(Status status, const char* call) const {
    if (status == status::out_of_resources || status == status::invalid_buffer_size)
        throw DeviceOutOfMemory(text(fmt::format("{} failed with {}", call, status_name(status))));
    check(status, call);
}

void OpenClContext::check_done(Status status, const char* call) const {
    if (status == status::out_of_resources)
        throw DeviceLost(text(fmt::format("{} failed with {}", call, status_name(status))));
    check(status, call);
}

Owned<Queue> OpenClContext::make_queue() const {
    Status status = status::success;
    Owned<Queue> queue(api_.create_queue(context(), device(), queue_takes_times, &status),
                       api_.release_queue);
    check(status, "clCreateCommandQueue");
    return queue;
}

Owned<Memory> OpenClContext::make_buffer(std::size_t bytes, Bits flags, Status& status) const {
    return {api_.create_buffer(context(), flags, bytes, nullptr, &status), api_.release_memory};
}

} // namespace threadx::opencl
