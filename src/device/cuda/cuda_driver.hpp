// The CUDA driver: its devices and why it has none.
#pragma once

#include <memory>
#include <string>

#include "device/cuda/cuda_api.hpp"
#include "device/cuda/cuda_code.hpp"
#include "device/device_driver.hpp"

namespace threadx {

class CudaDriver final : public DeviceDriver {
  public:
    // `library`: file name or path of the driver's library.
    CudaDriver(DriverSettings settings, const std::string& library);

    DeviceKind kind() const override { return DeviceKind::cuda; }
    std::string missing() const override { return missing_; }
    std::vector<DeviceProperties> devices() override;
    std::unique_ptr<Accelerator> open(const DeviceProperties& device) override;
    std::vector<DriverLibrary> libraries() override;

  private:
    void describe(DeviceProperties& device);
    DriverLibrary compiler();

    DriverSettings settings_;
    std::string library_; // its file's name, then where it was found
    std::string missing_;
    bool broken_ = false;                // there is a library, and it does not work
    std::shared_ptr<const CudaApi> api_; // null: missing
    int version_ = 0;                    // 12040: CUDA 12.4
    std::unique_ptr<CudaCodeSource> code_;
};

} // namespace threadx
