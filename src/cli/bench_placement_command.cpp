// `threadx bench placement`: what placing work costs against the best that could have been done.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/temporary_folder.hpp"
#include "bench/made_up_sweep.hpp"
#include "bench/placement_regret.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "device/cpu/kernel_choice.hpp"

namespace threadx {
namespace {

// Each pair of devices, and all together where they are more.
std::vector<std::vector<DeviceProperties>> sets_of(const std::vector<DeviceProperties>& devices) {
    std::vector<std::vector<DeviceProperties>> out;
    for (std::size_t a = 0; a < devices.size(); ++a)
        for (std::size_t b = a + 1; b < devices.size(); ++b) out.push_back({devices[a], devices[b]});
    if (devices.size() > 2) out.push_back(devices);
    return out;
}

std::vector<double> numbers_of(const std::string& text, const char* option) {
    std::vector<double> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        const auto number = parse_number(text.substr(at, comma - at));
        if (!number || !(*number > 0.0 && *number <= 1000.0))
            throw InputError(
                fmt::format("{} {}: expected numbers above 0 with commas between", option, text));
        out.push_back(*number);
        at = comma + 1;
    }
    return out;
}

std::vector<PlacementCase> cases_of(const PlacementBenchOptions& options, const Settings& settings,
                                    const std::vector<DeviceProperties>& devices) {
    std::vector<std::string> sets = {choose_kernels(settings.performance.instruction_set).name};
    // One that the user chose is measured alone. Scalars are about as fast as OpenCL on the processor.
    if (settings.performance.instruction_set == "auto" && sets.front() != "scalar")
        sets.emplace_back("scalar");
    std::vector<std::size_t> workers = {1};
    if (settings.workers() > 1) workers.push_back(settings.workers());
    std::vector<PlacementCase> out;
    for (const double seconds : numbers_of(options.seconds, "--seconds"))
        for (const std::vector<DeviceProperties>& set : sets_of(devices)) {
            PlacementCase where = {.devices = set, .seconds = seconds};
            if (!where.has_cpu()) {
                out.push_back(where);
                continue;
            }
            for (const std::string& name : sets)
                for (const std::size_t count : workers) {
                    where.instruction_set = name;
                    where.workers = count;
                    out.push_back(where);
                }
        }
    return out;
}

} // namespace

int placement_bench_command(const PlacementBenchOptions& options) {
    if (options.runs < 1) throw InputError(fmt::format("--runs {}: expected 1 or more", options.runs));
    if (options.bars < 100) throw InputError(fmt::format("--bars {}: expected 100 or more", options.bars));
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const OpenedDevices opened(settings, options.devices);
    if (opened.devices().size() < 2)
        throw InputError(fmt::format("--devices {}: only {} can be used here; placing work takes two",
                                     options.devices,
                                     opened.devices().empty() ? "nothing" : opened.devices().front().id));
    const TemporaryFolder folder;
    const std::unique_ptr<PreparedSweep> sweep = prepare(
        {.name = "placement", .config = placement_sweep, .bars = options.bars}, folder.path(), settings);
    StartedDevices started(opened, *sweep);
    for (const DeviceProperties& device : opened.accelerators()) started.get(device); // DeviceError: not here
    const PlacementSetup setup = {opened, *sweep, started, options.runs, options.stop};
    std::vector<PlacementResult> results;
    for (const PlacementCase& where : cases_of(options, settings, opened.devices())) {
        spdlog::info("{}", where.title());
        std::optional<PlacementResult> result = measure_placement(where, setup);
        if (!result) return exit_interrupted;
        if (!options.json) {
            std::fputs((placement_table(*result) + "\n").c_str(), stdout);
            std::fflush(stdout);
        }
        results.push_back(std::move(*result));
    }
    if (options.json) std::printf("%s\n", placement_json(results).c_str());
    const bool wrong = std::any_of(results.begin(), results.end(),
                                   [](const PlacementResult& result) { return !result.wrong.empty(); });
    return wrong ? exit_failed : exit_done;
}

} // namespace threadx
