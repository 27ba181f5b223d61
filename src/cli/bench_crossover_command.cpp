// `threadx bench crossover`: from how much work on a device is faster than the CPU.
#include <cstdio>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "base/temporary_folder.hpp"
#include "bench/crossover.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"

namespace threadx {
namespace {

std::vector<std::uint64_t> sizes_of(const std::vector<long long>& sizes, const char* option,
                                    long long least) {
    std::vector<std::uint64_t> out;
    for (const long long size : sizes) {
        if (size < least || size > 1'000'000'000)
            throw InputError(
                fmt::format("{} {}: expected numbers from {} to 1000000000", option, size, least));
        out.push_back(static_cast<std::uint64_t>(size));
    }
    return out;
}

} // namespace

int crossover_bench_command(const CrossoverBenchOptions& options) {
    if (options.runs < 1) throw InputError(fmt::format("--runs {}: expected 1 or more", options.runs));
    const std::vector<std::uint64_t> bars = sizes_of(options.bars, "--bars", 2);
    const std::vector<std::uint64_t> scenarios = sizes_of(options.scenarios, "--scenarios", 1);
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const Stopwatch opening;
    const OpenedDevices opened(settings, options.devices);
    const double open_seconds = opening.seconds();
    if (!opened.cpu())
        throw InputError(
            fmt::format("--devices {}: cpu is missing, which the others are compared with", options.devices));
    if (opened.devices().size() < 2) {
        std::string reasons;
        for (const MissingDriver& missing : opened.inventory().missing) reasons += "; " + missing.reason;
        throw InputError(fmt::format("--devices {}: there is no accelerator to compare with the CPU{}",
                                     options.devices, reasons));
    }
    const TemporaryFolder folder;
    const std::optional<Crossover> crossover = measure_crossover(
        {settings, opened, folder.path(), open_seconds, bars, scenarios, options.runs, options.stop});
    if (!crossover) return exit_interrupted;
    std::printf("%s\n", (options.json ? crossover_json(*crossover) : crossover_table(*crossover)).c_str());
    return exit_done;
}

} // namespace threadx
