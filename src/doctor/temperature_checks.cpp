// How warm the GPUs and the processor are, after the checks before have used them.
#include <optional>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "doctor/checkup.hpp"
#include "monitor/levels.hpp"

namespace threadx {
namespace {

constexpr double hot_processor = 95.0; // degrees Celsius

constexpr const char* cooling = "clean the fans and filters, and give it air; a hot device slows itself down";

std::string number_or_unknown(const std::optional<double>& value, const char* unit) {
    return value ? fmt::format("{:.0f} {}", *value, unit) : fmt::format("? {}", unit);
}

// A processor or GPU at `degrees`, which is too much from `limit` on.
Finding warmth(const std::string& name, const std::optional<double>& degrees, double limit) {
    Finding out{FindingOutcome::ok, name, number_or_unknown(degrees, "°C")};
    if (!degrees) return out;
    out.facts.emplace_back("celsius", *degrees);
    if (*degrees < limit) return out;
    out.outcome = FindingOutcome::failed;
    out.says += fmt::format(", and it should be below {:.0f}", limit);
    out.remedy = cooling;
    return out;
}

Finding check_gpu(const GpuIdentity& gpu, const GpuReading& reading) {
    Finding out =
        warmth(fmt::format("GPU {} ({})", gpu.index, gpu.name), reading.temperature_celsius, hot_from(gpu));
    if (reading.power_watts)
        out.says += fmt::format(", {} of {}", number_or_unknown(reading.power_watts, "W"),
                                number_or_unknown(gpu.power_limit_watts, "W"));
    if (reading.memory_used_bytes && reading.memory_total_bytes)
        out.says += fmt::format(", {} of {} in use", bytes_text(*reading.memory_used_bytes),
                                bytes_text(*reading.memory_total_bytes));
    const std::uint64_t troubles = reading.throttle_reasons.value_or(0) & throttle_troubles;
    if (troubles != 0) {
        out.outcome = FindingOutcome::failed;
        out.says += fmt::format("; it is slowed down: {}", throttle_words(troubles));
        out.remedy = fmt::format("{}; look at its power supply too", cooling);
    }
    if (!reading.error.empty()) {
        out.outcome = FindingOutcome::failed;
        out.says += fmt::format("; {}", reading.error);
        out.remedy = "restart the machine, or NVIDIA's driver; the system's log (dmesg) says more";
    }
    out.facts.emplace_back("uuid", gpu.uuid);
    return out;
}

} // namespace

std::vector<Finding> check_temperatures(Checkup& checkup) {
    std::vector<Finding> all;
    const SystemSnapshot now = checkup.reader().read();
    if (now.cpu.temperature_celsius) all.push_back(warmth("cpu", now.cpu.temperature_celsius, hot_processor));
    for (std::size_t i = 0; i < now.gpus.size(); ++i)
        all.push_back(check_gpu(checkup.reader().gpus()[i], now.gpus[i]));
    if (all.empty()) all.push_back({FindingOutcome::note, "none", "nothing here tells how warm it is"});
    return all;
}

} // namespace threadx
