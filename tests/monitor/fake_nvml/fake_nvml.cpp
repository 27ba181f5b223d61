// NVML's C interface of the tests' own, without a GPU: two unlike cards, or whatever script.hpp's script
// says. Declared here anew, so that a mistake in nvml_api.hpp is not made twice. Built three times: as a
// driver of today, as one so old that it has the first names of its functions only (FAKE_NVML_OLD), and as
// one that has dropped what NVIDIA calls deprecated (FAKE_NVML_NEW).
#include <chrono>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "monitor/fake_nvml/script.hpp"

namespace {

using fake_nvml::current_script;
using fake_nvml::Script;
using Clock = std::chrono::steady_clock;

enum Result : int {
    success = 0,
    uninitialized = 1,
    invalid_argument = 2,
    not_supported = 3,
    insufficient_size = 7,
    gpu_is_lost = 15,
    version_mismatch = 25,
};

struct Device {
    std::size_t index = 0;
    std::size_t reading = 0; // that goes on
};

struct State {
    std::mutex mutex;
    int initialized = 0;
    Clock::time_point start;
    Script script;
    std::vector<Device> devices;
};

// Never destroyed: a program may call from threads that outlive main.
State& state() {
    static auto* const all = new State; // NOLINT
    return *all;
}

int start() {
    State& s = state();
    const std::lock_guard lock(s.mutex);
    s.script = current_script();
    std::this_thread::sleep_for(std::chrono::milliseconds(s.script.number("init_milliseconds", 0)));
    if (const int result = s.script.number("init", 0); result != success) return result;
    if (s.initialized++ == 0) s.start = Clock::now();
    s.devices.assign(static_cast<std::size_t>(s.script.number("devices", 2)), {});
    for (std::size_t i = 0; i < s.devices.size(); ++i) s.devices[i].index = i;
    return success;
}

int text_out(const std::string& text, char* out, unsigned size) {
    if (out == nullptr) return invalid_argument;
    if (size <= text.size()) return insufficient_size;
    std::memcpy(out, text.c_str(), text.size() + 1);
    return success;
}

// What stands in the way of a call for `key`; success if nothing does.
int obstacle(const Device* device, const std::string& key) {
    const State& s = state();
    if (s.initialized == 0) return uninitialized;
    if (device == nullptr) return invalid_argument;
    const std::string lost = s.script.text("lost", device->index, "-");
    if (lost != "-" && device->reading >= std::stoul(lost)) return gpu_is_lost;
    const std::string error = s.script.text("error", device->index, "-");
    if (error.rfind(key + ":", 0) == 0) return std::stoi(error.substr(key.size() + 1));
    return success;
}

template <class Number>
int number_out(const Device* device, const std::string& key, unsigned long long otherwise, Number* out) {
    const std::lock_guard lock(state().mutex);
    if (const int result = obstacle(device, key); result != success) return result;
    const auto value = state().script.value(key, device->index, device->reading, otherwise);
    if (!value) return not_supported;
    *out = static_cast<Number>(*value);
    return success;
}

unsigned long long mebibytes(const Device* device, const char* key, unsigned long long otherwise) {
    return state().script.value(key, device->index, device->reading, otherwise).value_or(0) << 20u;
}

} // namespace

extern "C" {

struct Utilization {
    unsigned gpu, memory;
};
struct Memory {
    unsigned long long total, free, used;
};
struct Memory2 {
    unsigned version;
    unsigned long long total, reserved, free, used;
};
struct Temperature1 {
    unsigned version;
    int sensor, temperature;
};

// NOLINTBEGIN(readability-identifier-naming): NVML's names
#ifdef FAKE_NVML_OLD
#define nvmlInit_v2 nvmlInit
#define nvmlDeviceGetCount_v2 nvmlDeviceGetCount
#define nvmlDeviceGetHandleByIndex_v2 nvmlDeviceGetHandleByIndex
#define nvmlDeviceGetEnforcedPowerLimit nvmlDeviceGetPowerManagementLimit
#define nvmlDeviceGetCurrentClocksEventReasons nvmlDeviceGetCurrentClocksThrottleReasons
#endif

int nvmlInit_v2() { return start(); }

int nvmlShutdown() {
    const std::lock_guard lock(state().mutex);
    if (state().initialized == 0) return uninitialized;
    --state().initialized;
    return success;
}

const char* nvmlErrorString(int result) {
    switch (result) {
    case success: return "Success";
    case not_supported: return "Not Supported";
    case 9: return "Driver Not Loaded";
    case gpu_is_lost: return "GPU is lost";
    case 18: return "Driver/library version mismatch";
    default: return "Unknown Error";
    }
}

int nvmlSystemGetDriverVersion(char* out, unsigned size) {
    return text_out(state().script.text("driver", 0, "580.65.06"), out, size);
}

int nvmlDeviceGetCount_v2(unsigned* count) {
    *count = static_cast<unsigned>(state().devices.size());
    return state().initialized == 0 ? uninitialized : success;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, Device** device) {
    if (index >= state().devices.size()) return invalid_argument;
    *device = &state().devices[index];
    return obstacle(*device, "handle");
}

int nvmlDeviceGetName(Device* device, char* out, unsigned size) {
    const char* const otherwise =
        device->index == 0 ? "NVIDIA GeForce RTX 5080" : "NVIDIA GeForce RTX 2060 SUPER";
    return text_out(state().script.text("name", device->index, otherwise), out, size);
}

int nvmlDeviceGetUUID(Device* device, char* out, unsigned size) {
    const std::string otherwise = device->index == 0 ? "GPU-00010203-0405-0607-0809-0a0b0c0d0e0f"
                                                     : "GPU-10111213-1415-1617-1819-1a1b1c1d1e1f";
    return text_out(state().script.text("uuid", device->index, otherwise), out, size);
}

int nvmlDeviceGetEnforcedPowerLimit(Device* device, unsigned* out) {
    return number_out(device, "power_limit", device->index == 0 ? 360'000 : 175'000, out);
}

int nvmlDeviceGetTemperatureThreshold(Device* device, int threshold, unsigned* out) {
    return threshold == 1 ? number_out(device, "slowdown", 92, out) : invalid_argument;
}

int nvmlDeviceGetUtilizationRates(Device* device, Utilization* out) {
    {
        const std::lock_guard lock(state().mutex);
        if (device == nullptr) return invalid_argument;
        ++device->reading;
        state().script = current_script();
    }
    if (const int result = number_out(device, "utilization", 37, &out->gpu); result != success) return result;
    return number_out(device, "memory_utilization", 12, &out->memory);
}

#ifndef FAKE_NVML_OLD
int nvmlDeviceGetMemoryInfo_v2(Device* device, Memory2* out) {
    if (out->version != (2u << 24u | sizeof *out)) return version_mismatch;
    if (const int result = number_out(device, "memory_used", 2048, &out->used); result != success)
        return result;
    out->total = mebibytes(device, "memory_total", 16'384);
    out->reserved = mebibytes(device, "memory_reserved", 300);
    out->used = mebibytes(device, "memory_used", 2048);
    out->free = out->total - out->reserved - out->used;
    return success;
}

int nvmlDeviceGetTotalEnergyConsumption(Device* device, unsigned long long* out) {
    if (state().script.text("energy", device->index, "power") != "power")
        return number_out(device, "energy", 0, out);
    unsigned long long milliwatts = 0;
    const int result = number_out(device, "power", 120'500, &milliwatts);
    const double seconds = std::chrono::duration<double>(Clock::now() - state().start).count();
    *out = static_cast<unsigned long long>(static_cast<double>(milliwatts) * seconds);
    return result;
}

int nvmlDeviceGetTemperatureV(Device* device, Temperature1* out) {
    if (out->version != (1u << 24u | sizeof *out)) return version_mismatch;
    return out->sensor == 0 ? number_out(device, "temperature", 61, &out->temperature) : invalid_argument;
}
#endif

int nvmlDeviceGetMemoryInfo(Device* device, Memory* out) {
    if (const int result = number_out(device, "memory_used", 2048, &out->used); result != success)
        return result;
    out->total = mebibytes(device, "memory_total", 16'384);
    out->used = mebibytes(device, "memory_used", 2048) + mebibytes(device, "memory_reserved", 300);
    out->free = out->total - out->used;
    return success;
}

#ifndef FAKE_NVML_NEW
int nvmlDeviceGetTemperature(Device* device, int sensor, unsigned* out) {
    return sensor == 0 ? number_out(device, "temperature", 61, out) : invalid_argument;
}
#endif

int nvmlDeviceGetPowerUsage(Device* device, unsigned* out) {
    return number_out(device, "power", 120'500, out);
}

int nvmlDeviceGetClockInfo(Device* device, int clock, unsigned* out) {
    if (clock == 1) return number_out(device, "sm_clock", 2310, out);
    return clock == 2 ? number_out(device, "memory_clock", 14'001, out) : invalid_argument;
}

int nvmlDeviceGetCurrentClocksEventReasons(Device* device, unsigned long long* out) {
    return number_out(device, "throttle", 0, out);
}
// NOLINTEND(readability-identifier-naming)

} // extern "C"
