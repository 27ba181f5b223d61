#include "monitor/nvml.hpp"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

namespace threadx {
namespace {

// Text that a function of NVML writes; empty if it cannot.
template <class Function, class... Arguments>
std::string text_of(Function* function, Arguments... arguments) {
    std::array<char, nvml_text_size> text{};
    if (function == nullptr || function(arguments..., text.data(), nvml_text_size) != NvmlResult::success)
        return {};
    text.back() = '\0';
    return text.data();
}

bool is_lost(NvmlResult result) {
    return result == NvmlResult::gpu_is_lost || result == NvmlResult::reset_required;
}

// What a card or an old driver does not have, or this user may not see: no error.
bool is_absent(NvmlResult result) {
    return result == NvmlResult::not_supported || result == NvmlResult::function_not_found ||
           result == NvmlResult::no_permission;
}

// The calls of one reading of one GPU, up to the one that says that it is lost.
class Calls {
  public:
    explicit Calls(const NvmlApi& api) : api_(api) {}

    // function(arguments...), and whether it succeeded.
    template <class Function, class... Arguments>
    bool succeed(Function* function, Arguments... arguments) {
        if (function == nullptr || lost_) return false;
        const NvmlResult result = function(arguments...);
        lost_ = is_lost(result);
        if (result == NvmlResult::success) return true;
        if (!is_absent(result) && (error_.empty() || lost_)) error_ = api_.describe(result);
        return false;
    }

    // The number that function(arguments..., &number) gives, in units of which `units` are one of ours.
    template <class Number, class Function, class... Arguments>
    std::optional<double> number(double units, Function* function, Arguments... arguments) {
        Number value{};
        if (!succeed(function, arguments..., &value)) return std::nullopt;
        return static_cast<double>(value) / units;
    }

    bool lost() const { return lost_; }
    const std::string& error() const { return error_; }

  private:
    const NvmlApi& api_;
    bool lost_ = false;
    std::string error_; // the first, or that it is lost
};

void read_memory(const NvmlApi& api, Calls& calls, NvmlDevice device, GpuReading& reading) {
    const auto set = [&](const auto& memory) {
        reading.memory_used_bytes = static_cast<double>(memory.used);
        reading.memory_total_bytes = static_cast<double>(memory.total);
    };
    // A driver that knows another version of the struct only is no error: the first version always works.
    NvmlMemoryV2 newer;
    if (api.memory_v2 != nullptr && api.memory_v2(device, &newer) == NvmlResult::success) return set(newer);
    NvmlMemory memory{};
    if (calls.succeed(api.memory, device, &memory)) set(memory);
}

void read_temperature(const NvmlApi& api, Calls& calls, NvmlDevice device, GpuReading& reading) {
    if (api.temperature != nullptr) {
        reading.temperature_celsius =
            calls.number<unsigned>(1.0, api.temperature, device, NvmlTemperatureSensor::gpu);
        return;
    }
    NvmlTemperatureV1 newer; // drivers that no longer have the other one
    if (calls.succeed(api.temperature_v, device, &newer)) reading.temperature_celsius = newer.celsius;
}

} // namespace

std::string nvml_library() {
    const char* library = std::getenv("THREADX_NVML");
    return library != nullptr && *library != '\0' ? library : "libnvidia-ml.so.1";
}

std::unique_ptr<Nvml> Nvml::open(const std::string& library, std::string& why) {
    const std::unique_ptr<NvmlApi> api = NvmlApi::open(library, why);
    if (api == nullptr) return nullptr;
    if (const NvmlResult result = api->init(); result != NvmlResult::success) {
        why = fmt::format("the NVIDIA driver does not work: nvmlInit failed: {}", api->describe(result));
        return nullptr;
    }
    std::unique_ptr<Nvml> nvml(new Nvml(std::move(*api)));
    return nvml->list_gpus(why) ? std::move(nvml) : nullptr;
}

Nvml::~Nvml() {
    if (api_.shutdown != nullptr) api_.shutdown();
}

bool Nvml::list_gpus(std::string& why) {
    driver_version_ = text_of(api_.driver_version);
    unsigned count = 0;
    if (const NvmlResult result = api_.device_count(&count); result != NvmlResult::success) {
        why = fmt::format("the NVIDIA driver does not list its GPUs: {}", api_.describe(result));
        return false;
    }
    for (unsigned index = 0; index < count; ++index) {
        NvmlDevice device = nullptr;
        const NvmlResult result = api_.device_by_index(index, &device);
        devices_.push_back(result == NvmlResult::success ? device : nullptr);
        lost_.push_back(result == NvmlResult::success ? "" : api_.describe(result));
        gpus_.push_back(identity(index, devices_.back()));
    }
    if (gpus_.empty()) why = "the NVIDIA driver sees no GPU";
    return !gpus_.empty();
}

GpuIdentity Nvml::identity(unsigned index, NvmlDevice device) const {
    GpuIdentity gpu;
    gpu.index = index;
    if (device != nullptr) {
        gpu.name = text_of(api_.name, device);
        gpu.uuid = text_of(api_.uuid, device);
        Calls calls(api_);
        GpuReading reading;
        read_memory(api_, calls, device, reading);
        gpu.memory_total_bytes = reading.memory_total_bytes;
        gpu.power_limit_watts = calls.number<unsigned>(1e3, api_.power_limit, device);
        gpu.slowdown_celsius = calls.number<unsigned>(1.0, api_.temperature_threshold, device,
                                                      NvmlTemperatureThreshold::slowdown);
    }
    if (gpu.name.empty()) gpu.name = fmt::format("GPU {}", index);
    return gpu;
}

GpuReading Nvml::read(std::size_t gpu) {
    GpuReading reading;
    reading.error = lost_[gpu];
    if (!reading.error.empty()) return reading;
    const NvmlDevice device = devices_[gpu];
    Calls calls(api_);
    NvmlUtilization rates{};
    if (calls.succeed(api_.utilization, device, &rates)) {
        reading.utilization_percent = rates.gpu;
        reading.memory_utilization_percent = rates.memory;
    }
    read_memory(api_, calls, device, reading);
    read_temperature(api_, calls, device, reading);
    reading.power_watts = calls.number<unsigned>(1e3, api_.power, device);
    reading.energy_joules = calls.number<unsigned long long>(1e3, api_.energy, device);
    reading.sm_clock_megahertz = calls.number<unsigned>(1.0, api_.clock, device, NvmlClock::sm);
    reading.memory_clock_megahertz = calls.number<unsigned>(1.0, api_.clock, device, NvmlClock::memory);
    unsigned long long reasons = 0;
    if (calls.succeed(api_.throttle_reasons, device, &reasons)) reading.throttle_reasons = reasons;
    if (calls.lost()) {
        reading = {}; // what was read before the call that failed is of no use
        lost_[gpu] = calls.error();
    }
    reading.error = calls.error();
    return reading;
}

} // namespace threadx
