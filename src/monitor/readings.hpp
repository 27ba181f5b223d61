// What is measured of a machine at one time: its processor, its memory, its GPUs. What a machine or a card
// does not tell is absent, never zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace threadx {

// What stays the same of a GPU.
struct GpuIdentity {
    unsigned index = 0; // NVML's, which is nvidia-smi's: CUDA may count otherwise
    std::string name;
    std::string uuid; // "GPU-..."; that of DeviceProperties too
    std::optional<double> memory_total_bytes;
    std::optional<double> power_limit_watts;
    std::optional<double> slowdown_celsius; // from here on it slows down by itself
};

struct GpuReading {
    std::optional<double> utilization_percent;        // of the last second or so in which a kernel ran
    std::optional<double> memory_utilization_percent; // in which memory was read or written
    std::optional<double> memory_used_bytes;
    std::optional<double> memory_total_bytes;
    std::optional<double> temperature_celsius;
    std::optional<double> power_watts;
    std::optional<double> energy_joules; // since the driver was loaded
    std::optional<double> sm_clock_megahertz;
    std::optional<double> memory_clock_megahertz;
    std::optional<std::uint64_t> throttle_reasons; // a set of ThrottleReason
    std::string error; // why something is absent though the card has it: "GPU is lost"; empty: no error

    std::optional<double> memory_percent() const; // used, of the total
};

// Why a GPU's clocks are lower than they could be: NVML's bits.
enum ThrottleReason : std::uint64_t {
    throttle_idle = 0x1,
    throttle_user_clocks = 0x2,
    throttle_power_limit = 0x4, // usual at full load
    throttle_hardware = 0x8,    // heat or power, by the card itself
    throttle_sync_boost = 0x10,
    throttle_heat = 0x20,
    throttle_hardware_heat = 0x40,
    throttle_power_brake = 0x80, // by the power supply
    throttle_display = 0x100,
};

// "power limit, heat"; empty for none. `reasons`: a set.
std::string throttle_words(std::uint64_t reasons);

// Those that a user can do something about: heat, a weak power supply. Not idling, nor the card's usual
// limits.
constexpr std::uint64_t throttle_troubles =
    throttle_hardware | throttle_heat | throttle_hardware_heat | throttle_power_brake;

// Of what this program may use: in a container with limits, of those.
struct CpuReading {
    std::optional<double>
        load_percent; // 100: all processors busy; since the reading before, absent in the first
    std::optional<double> memory_used_bytes;
    std::optional<double> memory_total_bytes;
    std::optional<double> temperature_celsius; // of the processor's package

    std::optional<double> memory_percent() const;
};

struct SystemSnapshot {
    double time = 0.0;         // seconds since 1970, UTC
    double elapsed = 0.0;      // seconds since the reader was made, by a clock that nobody sets
    double cost_seconds = 0.0; // that it took to read
    CpuReading cpu;
    std::vector<GpuReading> gpus; // as many as the reader has GPUs, in its order
};

} // namespace threadx
