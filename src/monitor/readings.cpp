#include "monitor/readings.hpp"

#include <array>
#include <utility>

namespace threadx {
namespace {

std::optional<double> share_percent(const std::optional<double>& used, const std::optional<double>& total) {
    if (!used || !total || *total <= 0.0) return std::nullopt;
    return 100.0 * *used / *total;
}

constexpr std::array<std::pair<ThrottleReason, const char*>, 9> reason_words = {{
    {throttle_idle, "idle"},
    {throttle_user_clocks, "clocks set by the user"},
    {throttle_power_limit, "power limit"},
    {throttle_hardware, "hardware slowdown"},
    {throttle_sync_boost, "sync boost"},
    {throttle_heat, "heat"},
    {throttle_hardware_heat, "heat, by the hardware"},
    {throttle_power_brake, "power brake"},
    {throttle_display, "display clocks"},
}};

} // namespace

std::optional<double> GpuReading::memory_percent() const {
    return share_percent(memory_used_bytes, memory_total_bytes);
}

std::optional<double> CpuReading::memory_percent() const {
    return share_percent(memory_used_bytes, memory_total_bytes);
}

std::string throttle_words(std::uint64_t reasons) {
    std::string text;
    for (const auto& [reason, words] : reason_words) {
        if ((reasons & reason) == 0) continue;
        if (!text.empty()) text += ", ";
        text += words;
        reasons &= ~static_cast<std::uint64_t>(reason);
    }
    if (reasons != 0) text += text.empty() ? "another reason" : ", another reason";
    return text;
}

} // namespace threadx
