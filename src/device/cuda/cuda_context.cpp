#include "device/cuda/cuda_context.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace threadx {
namespace {

// After these nothing in the context works any more, or the device is gone from the machine.
constexpr std::array lost_by = {CudaResult::deinitialized,
                                CudaResult::device_unavailable,
                                CudaResult::invalid_device,
                                CudaResult::invalid_context,
                                CudaResult::ecc_uncorrectable,
                                CudaResult::nvlink_uncorrectable,
                                CudaResult::contained,
                                CudaResult::illegal_address,
                                CudaResult::launch_timeout,
                                CudaResult::context_is_destroyed,
                                CudaResult::assert_failed,
                                CudaResult::hardware_stack_error,
                                CudaResult::illegal_instruction,
                                CudaResult::misaligned_address,
                                CudaResult::invalid_address_space,
                                CudaResult::invalid_pc,
                                CudaResult::launch_failed,
                                CudaResult::mps_rpc_failure,
                                CudaResult::mps_client_terminated,
                                CudaResult::unknown};

} // namespace

CudaContext::CudaContext(const CudaApi& api, const DeviceProperties& device)
    : api_(api), label_(fmt::format("{} ({})", device.id, device.name)) {
    check(api_.device_get(&device_, device.index), "cuDeviceGet");
    // Best effort: somebody else in this process may have made the context already, in his way.
    api_.context_flags(device_, cuda_schedule_blocking_sync);
    const CudaResult result = api_.context_retain(&handle_, device_);
    if (result == CudaResult::success) return;
    std::string hint;
    if (attribute(CudaDeviceAttribute::compute_mode) == cuda_compute_mode_exclusive)
        hint = " (the device is in compute mode exclusive: another process may be using it)";
    check(result, "cuDevicePrimaryCtxRetain" + hint);
}

CudaContext::~CudaContext() { api_.context_release(device_); }

const CudaApi& CudaContext::enter() const {
    check(api_.context_set_current(handle_), "cuCtxSetCurrent");
    return api_;
}

const CudaApi* CudaContext::enter_quietly() const noexcept {
    return api_.context_set_current(handle_) == CudaResult::success ? &api_ : nullptr;
}

void CudaContext::check(CudaResult result, std::string_view call) const {
    if (result == CudaResult::success) return;
    const std::string text = fmt::format("{}: {} failed: {}", label_, call, api_.describe(result));
    if (result == CudaResult::out_of_memory) throw DeviceOutOfMemory(text);
    if (std::find(lost_by.begin(), lost_by.end(), result) != lost_by.end()) throw DeviceLost(text);
    throw DeviceError(text);
}

int CudaContext::attribute(CudaDeviceAttribute attribute) const {
    int value = 0;
    check(api_.device_attribute(&value, attribute, device_), "cuDeviceGetAttribute");
    return value;
}

} // namespace threadx
