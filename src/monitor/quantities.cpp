#include "monitor/quantities.hpp"

#include <array>

namespace threadx {
namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

template <class Reading, std::optional<double> Reading::*member>
std::optional<double> get(const Reading& reading) {
    return reading.*member;
}

template <std::optional<double> GpuReading::*member>
constexpr auto gpu = get<GpuReading, member>;
template <std::optional<double> CpuReading::*member>
constexpr auto cpu = get<CpuReading, member>;

std::optional<double> reasons(const GpuReading& reading) {
    if (!reading.throttle_reasons) return std::nullopt;
    return static_cast<double>(*reading.throttle_reasons);
}

constexpr std::array<Quantity<GpuReading>, 10> of_gpus = {{
    {"utilization_percent", "utilization.gpu [%]", 1.0, "threadx_gpu_utilization_ratio", 100.0,
     "Time in which a kernel ran.", gpu<&GpuReading::utilization_percent>},
    {"memory_utilization_percent", "utilization.memory [%]", 1.0, "threadx_gpu_memory_utilization_ratio",
     100.0, "Time in which memory was read or written.", gpu<&GpuReading::memory_utilization_percent>},
    {"memory_used_bytes", "memory.used [MiB]", mebibyte, "threadx_gpu_memory_used_bytes", 1.0,
     "Memory in use.", gpu<&GpuReading::memory_used_bytes>},
    {"memory_total_bytes", "memory.total [MiB]", mebibyte, "threadx_gpu_memory_size_bytes", 1.0,
     "Memory of the card.", gpu<&GpuReading::memory_total_bytes>},
    {"temperature_celsius", "temperature.gpu", 1.0, "threadx_gpu_temperature_celsius", 1.0,
     "Temperature of the chip.", gpu<&GpuReading::temperature_celsius>},
    {"power_watts", "power.draw [W]", 1.0, "threadx_gpu_power_watts", 1.0, "Power drawn.",
     gpu<&GpuReading::power_watts>},
    {"energy_joules", "total_energy_consumption [J]", 1.0, "threadx_gpu_energy_joules_total", 1.0,
     "Energy used since the driver was loaded.", gpu<&GpuReading::energy_joules>, true},
    {"sm_clock_megahertz", "clocks.current.sm [MHz]", 1.0, "threadx_gpu_sm_clock_hertz", 1e-6,
     "Clock of the multiprocessors.", gpu<&GpuReading::sm_clock_megahertz>},
    {"memory_clock_megahertz", "clocks.current.memory [MHz]", 1.0, "threadx_gpu_memory_clock_hertz", 1e-6,
     "Clock of the memory.", gpu<&GpuReading::memory_clock_megahertz>},
    {"throttle_reasons", "clocks_event_reasons.active", 1.0, "threadx_gpu_throttle_reasons", 1.0,
     "Why clocks are not higher, NVML's bits as a number.", reasons},
}};

constexpr std::array<Quantity<CpuReading>, 4> of_cpus = {{
    {"load_percent", "cpu.utilization [%]", 1.0, "threadx_cpu_utilization_ratio", 100.0,
     "Time in which processors were busy, of those that this program may use.",
     cpu<&CpuReading::load_percent>},
    {"memory_used_bytes", "cpu.memory.used [MiB]", mebibyte, "threadx_cpu_memory_used_bytes", 1.0,
     "Memory in use.", cpu<&CpuReading::memory_used_bytes>},
    {"memory_total_bytes", "cpu.memory.total [MiB]", mebibyte, "threadx_cpu_memory_size_bytes", 1.0,
     "Memory that this program may use.", cpu<&CpuReading::memory_total_bytes>},
    {"temperature_celsius", "cpu.temperature", 1.0, "threadx_cpu_temperature_celsius", 1.0,
     "Temperature of the processor.", cpu<&CpuReading::temperature_celsius>},
}};

} // namespace

std::span<const Quantity<GpuReading>> gpu_quantities() { return of_gpus; }
std::span<const Quantity<CpuReading>> cpu_quantities() { return of_cpus; }

} // namespace threadx
