// NVIDIA's management library (NVML): which GPUs there are, and what each does just now. Opened at run time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "monitor/nvml_api.hpp"
#include "monitor/readings.hpp"

namespace threadx {

// File name or path of the library: the environment variable THREADX_NVML, else "libnvidia-ml.so.1".
std::string nvml_library();

class Nvml {
  public:
    // A null pointer and one sentence in `why` if there is no library, no driver or no GPU.
    static std::unique_ptr<Nvml> open(const std::string& library, std::string& why);
    ~Nvml();
    Nvml(const Nvml&) = delete;
    Nvml& operator=(const Nvml&) = delete;

    const std::vector<GpuIdentity>& gpus() const { return gpus_; }
    const std::string& driver_version() const { return driver_version_; }

    // Of gpus()[gpu]; only calls that cost microseconds. A lost GPU is asked no more, and its error stays.
    GpuReading read(std::size_t gpu);

  private:
    explicit Nvml(NvmlApi api) : api_(std::move(api)) {}
    bool list_gpus(std::string& why);
    GpuIdentity identity(unsigned index, NvmlDevice device) const;

    NvmlApi api_;
    std::string driver_version_;
    std::vector<GpuIdentity> gpus_;
    std::vector<NvmlDevice> devices_; // null: could not be had
    std::vector<std::string> lost_;   // why it is asked no more
};

} // namespace threadx
