#include "bench/device_comparison.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/number_text.hpp"

namespace threadx {
namespace {

bool faster(const Measurement& a, const Measurement& b) { return a.seconds.whole < b.seconds.whole; }

std::string name_of(const Measurement& measured) {
    return measured.variant.on_cpu()
               ? fmt::format("cpu {} x{}", measured.variant.instruction_set, measured.variant.workers)
               : measured.variant.device.id;
}

// "0.123 s (2.7x)": how many times faster than `cpu`.
std::string cell(const Measurement& measured, const Measurement* cpu) {
    std::string text = fmt::format("{:.4f} s", measured.seconds.whole);
    if (cpu != nullptr) text += fmt::format(" ({:.2f}x)", cpu->seconds.whole / measured.seconds.whole);
    return text;
}

std::string line_of(const DeviceComparison& comparison) {
    const Measurement& any = comparison.cpu != nullptr         ? *comparison.cpu
                             : comparison.automatic != nullptr ? *comparison.automatic
                                                               : *comparison.accelerators.front();
    std::string out = fmt::format("    {:12} {:9} {:>9} {:>10} {:>12}", any.workload, any.variant.precision,
                                  with_thousands(any.bars), with_thousands(any.scenarios),
                                  comparison.cpu != nullptr ? cell(*comparison.cpu, nullptr) : "-");
    for (const Measurement* accelerator : comparison.accelerators)
        out += fmt::format("  {} {}", accelerator->variant.device.id, cell(*accelerator, comparison.cpu));
    if (comparison.automatic != nullptr) {
        out += fmt::format("  auto {}", cell(*comparison.automatic, comparison.cpu));
        if (const Measurement* best = comparison.best_single())
            out += fmt::format(": {:+.1f} % against {} alone",
                               100.0 * (comparison.automatic_over_best() - 1.0), name_of(*best));
    }
    return out + "\n";
}

} // namespace

const Measurement* DeviceComparison::best_single() const {
    const Measurement* best = cpu;
    for (const Measurement* accelerator : accelerators)
        if (best == nullptr || faster(*accelerator, *best)) best = accelerator;
    return best;
}

double DeviceComparison::automatic_over_best() const {
    const Measurement* best = best_single();
    return best == nullptr || automatic == nullptr ? 0.0 : automatic->seconds.whole / best->seconds.whole;
}

double DeviceComparison::automatic_over_cpu() const {
    return cpu == nullptr || automatic == nullptr ? 0.0 : automatic->seconds.whole / cpu->seconds.whole;
}

std::vector<DeviceComparison> comparisons_of(std::span<const Measurement> measurements) {
    std::vector<DeviceComparison> out;
    std::vector<std::pair<std::string, std::string>> keys;
    for (const Measurement& measured : measurements) {
        if (!measured.unusable.empty()) continue;
        const std::pair key = {measured.workload, measured.variant.precision};
        const auto at = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
        if (at == keys.size()) {
            keys.push_back(key);
            out.emplace_back();
        }
        DeviceComparison& comparison = out[at];
        if (measured.variant.automatic())
            comparison.automatic = &measured;
        else if (!measured.variant.on_cpu())
            comparison.accelerators.push_back(&measured);
        else if (comparison.cpu == nullptr || faster(measured, *comparison.cpu))
            comparison.cpu = &measured;
    }
    std::erase_if(out, [](const DeviceComparison& comparison) {
        return comparison.accelerators.empty() && comparison.automatic == nullptr;
    });
    return out;
}

std::string comparison_table(std::span<const Measurement> measurements) {
    std::string out;
    for (const DeviceComparison& comparison : comparisons_of(measurements)) out += line_of(comparison);
    if (out.empty()) return out;
    return fmt::format(
               "Devices, the whole program (times as fast as the CPU)\n    {:12} {:9} {:>9} {:>10} {:>12}\n",
               "workload", "precision", "bars", "scenarios", "CPU") +
           out;
}

} // namespace threadx
