// The functions of NVIDIA's management library (libnvidia-ml) that ThreadX calls, found at run time. Written
// down here so that no header of the vendor is needed. Any of them may be missing in an old driver, or a new
// one.
#pragma once

#include <memory>
#include <string>

#include "base/shared_library.hpp"

namespace threadx {

using NvmlDevice = struct NvmlDeviceObject*;

// What a call gives back: those that are told apart.
enum class NvmlResult : int {
    success = 0,
    not_supported = 3,
    no_permission = 4,
    not_found = 6,
    driver_not_loaded = 9,
    function_not_found = 13,
    gpu_is_lost = 15,
    reset_required = 16,
    argument_version_mismatch = 25,
    unknown = 999
};

enum class NvmlTemperatureSensor : int { gpu = 0 };
enum class NvmlTemperatureThreshold : int { slowdown = 1 };
enum class NvmlClock : int { sm = 1, memory = 2 };

struct NvmlUtilization {
    unsigned gpu; // percent
    unsigned memory;
};

struct NvmlMemory { // bytes
    unsigned long long total;
    unsigned long long free;
    unsigned long long used; // with what the driver keeps for itself
};

struct NvmlMemoryV2 {
    static constexpr unsigned current_version = 0x02000028; // 2, and the size of the struct
    unsigned version = current_version;
    unsigned long long total = 0;
    unsigned long long reserved = 0; // for the driver
    unsigned long long free = 0;
    unsigned long long used = 0; // as nvidia-smi shows it
};

struct NvmlTemperatureV1 {
    static constexpr unsigned current_version = 0x0100000C;
    unsigned version = current_version;
    NvmlTemperatureSensor sensor = NvmlTemperatureSensor::gpu;
    int celsius = 0;
};

constexpr unsigned nvml_text_size = 96; // as much as NVML asks for of any text

// X(member, name in the library, name in older or newer ones or nullptr, parameters)
#define THREADX_NVML_FUNCTIONS(X)                                                                            \
    X(init, "nvmlInit_v2", "nvmlInit", ())                                                                   \
    X(shutdown, "nvmlShutdown", nullptr, ())                                                                 \
    X(driver_version, "nvmlSystemGetDriverVersion", nullptr, (char* text, unsigned size))                    \
    X(device_count, "nvmlDeviceGetCount_v2", "nvmlDeviceGetCount", (unsigned* count))                        \
    X(device_by_index, "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex",                        \
      (unsigned index, NvmlDevice* device))                                                                  \
    X(name, "nvmlDeviceGetName", nullptr, (NvmlDevice device, char* text, unsigned size))                    \
    X(uuid, "nvmlDeviceGetUUID", nullptr, (NvmlDevice device, char* text, unsigned size))                    \
    X(power_limit, "nvmlDeviceGetEnforcedPowerLimit", "nvmlDeviceGetPowerManagementLimit",                   \
      (NvmlDevice device, unsigned* milliwatts))                                                             \
    X(temperature_threshold, "nvmlDeviceGetTemperatureThreshold", nullptr,                                   \
      (NvmlDevice device, NvmlTemperatureThreshold threshold, unsigned* celsius))                            \
    X(utilization, "nvmlDeviceGetUtilizationRates", nullptr, (NvmlDevice device, NvmlUtilization * rates))   \
    X(memory_v2, "nvmlDeviceGetMemoryInfo_v2", nullptr, (NvmlDevice device, NvmlMemoryV2 * memory))          \
    X(memory, "nvmlDeviceGetMemoryInfo", nullptr, (NvmlDevice device, NvmlMemory * memory))                  \
    X(temperature, "nvmlDeviceGetTemperature", nullptr,                                                      \
      (NvmlDevice device, NvmlTemperatureSensor sensor, unsigned* celsius))                                  \
    X(temperature_v, "nvmlDeviceGetTemperatureV", nullptr, (NvmlDevice device, NvmlTemperatureV1 * value))   \
    X(power, "nvmlDeviceGetPowerUsage", nullptr, (NvmlDevice device, unsigned* milliwatts))                  \
    X(energy, "nvmlDeviceGetTotalEnergyConsumption", nullptr,                                                \
      (NvmlDevice device, unsigned long long* millijoules))                                                  \
    X(clock, "nvmlDeviceGetClockInfo", nullptr, (NvmlDevice device, NvmlClock clock, unsigned* megahertz))   \
    X(throttle_reasons, "nvmlDeviceGetCurrentClocksEventReasons",                                            \
      "nvmlDeviceGetCurrentClocksThrottleReasons", (NvmlDevice device, unsigned long long* reasons))

struct NvmlApi {
    // Null and one sentence in `why` if the library cannot be opened or cannot even list GPUs. `library`:
    // file name or path.
    static std::unique_ptr<NvmlApi> open(const std::string& library, std::string& why);

    // NVML's own words: "GPU is lost".
    std::string describe(NvmlResult result) const;

    const char* (*error_string)(NvmlResult result) = nullptr;
// NOLINTNEXTLINE(bugprone-macro-parentheses): declarations
#define THREADX_MEMBER(member, name, other_name, parameters) NvmlResult(*member) parameters = nullptr;
    THREADX_NVML_FUNCTIONS(THREADX_MEMBER)
#undef THREADX_MEMBER

  private:
    std::unique_ptr<SharedLibrary> library_;
};

} // namespace threadx
