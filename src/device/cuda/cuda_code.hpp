// Where the code of kernels comes from: compiled by NVRTC for the device, or PTX that was compiled when
// ThreadX was built, for machines without NVRTC.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "device/cuda/nvrtc.hpp"
#include "device/device_driver.hpp"
#include "device/kernel_cache.hpp"

namespace threadx {

struct CudaCode {
    std::string image;  // CUBIN or PTX
    std::string origin; // "NVRTC 13.0"
};

// Any thread.
class CudaCodeSource {
  public:
    // `driver_version`: as cuDriverGetVersion has it, 12040 for 12.4.
    CudaCodeSource(const DriverSettings& settings, int driver_version);

    // Why there can be no code for an architecture (75: compute capability 7.5); empty if there can.
    std::string missing_for(int architecture);

    // Both give nothing, and the reason in `why`, where there is none.
    std::optional<CudaCode> compiled(const std::string& text, int architecture, std::string& why);
    static std::optional<CudaCode> embedded(const std::string& text, int architecture, std::string& why);

    // The compiler; null, and the reason in `why`, where there is none. Looked for when it is first needed.
    const Nvrtc* nvrtc(std::string& why);

  private:
    DriverSettings settings_;
    int driver_major_;
    KernelCache cache_;
    std::mutex mutex_;
    bool searched_ = false; // for NVRTC, which is done when it is first needed
    std::unique_ptr<Nvrtc> nvrtc_;
    std::string why_no_nvrtc_;
};

} // namespace threadx
