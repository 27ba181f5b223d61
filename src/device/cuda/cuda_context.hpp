// A device's context, and what every call on the device needs: to be made in it, and a look at its result.
#pragma once

#include <string>
#include <string_view>

#include "device/cuda/cuda_api.hpp"
#include "device/device_error.hpp"
#include "device/device_properties.hpp"

namespace threadx {

class CudaContext {
  public:
    // Retains the device's primary context. DeviceError if it is taken or does not work.
    CudaContext(const CudaApi& api, const DeviceProperties& device);
    ~CudaContext();
    CudaContext(const CudaContext&) = delete;
    CudaContext& operator=(const CudaContext&) = delete;

    // The functions, in this context on the calling thread. Whoever calls looks at the result with check().
    const CudaApi& enter() const;
    // Throws DeviceOutOfMemory, DeviceLost or DeviceError with the device, `call` and the error's name,
    // unless `result` is success.
    void check(CudaResult result, std::string_view call) const;
    // For destructors, which report nothing: what cannot be freed is gone with the device.
    const CudaApi* enter_quietly() const noexcept;

    const std::string& label() const { return label_; } // "cuda:0 (NVIDIA H200)"
    int attribute(CudaDeviceAttribute attribute) const;

  private:
    const CudaApi& api_;
    CudaDevice device_ = 0;
    CudaContextHandle handle_ = nullptr;
    std::string label_;
};

} // namespace threadx
