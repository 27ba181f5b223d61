// `threadx selftest`: whether ThreadX works on this machine, check by check.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/stopwatch.hpp"
#include "base/temporary_folder.hpp"
#include "bench/self_checks.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"

namespace threadx {
namespace {

constexpr const char* line =
    "================================================================================";

struct Done {
    std::string name;
    CheckResult result;
    double seconds = 0.0;
};

const char* word(CheckOutcome outcome) {
    switch (outcome) {
    case CheckOutcome::passed: return "PASS";
    case CheckOutcome::failed: return "FAIL";
    case CheckOutcome::absent: return "ABSENT";
    }
    return "";
}

std::size_t count(const std::vector<Done>& all, CheckOutcome outcome) {
    std::size_t found = 0;
    for (const Done& done : all) found += done.result.outcome == outcome ? 1U : 0U;
    return found;
}

void show(const std::string& text) {
    std::fputs((text + "\n").c_str(), stdout);
    std::fflush(stdout);
}

void show_summary(const std::vector<Done>& all) {
    show(fmt::format("{}\nSelf-test of ThreadX\n{}", line, line));
    for (const Done& done : all) show(fmt::format("{:8} {}", word(done.result.outcome), done.name));
    std::string result = fmt::format("Result: {}/{} passed", count(all, CheckOutcome::passed), all.size());
    for (const auto& [outcome, text] : {std::pair{CheckOutcome::failed, "failed"},
                                        std::pair{CheckOutcome::absent, "absent on this machine"}})
        if (count(all, outcome) > 0) result += fmt::format(", {} {}", count(all, outcome), text);
    show(fmt::format("{}\n{}", line, result));
}

void show_json(const std::vector<Done>& all, const SelfCheckBench& bench) {
    nlohmann::ordered_json out;
    out["devices"] = nlohmann::ordered_json::array();
    for (const DeviceProperties& device : bench.opened().devices())
        out["devices"].push_back({{"device", device.id}, {"name", device.name}, {"is_cpu", device.is_cpu}});
    out["checks"] = nlohmann::ordered_json::array();
    for (const Done& done : all)
        out["checks"].push_back({{"name", done.name},
                                 {"outcome", word(done.result.outcome)},
                                 {"details", done.result.details},
                                 {"seconds", done.seconds}});
    out["passed"] = count(all, CheckOutcome::passed);
    out["failed"] = count(all, CheckOutcome::failed);
    out["absent"] = count(all, CheckOutcome::absent);
    std::printf("%s\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

} // namespace

int selftest_command(const SelftestOptions& options) {
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const TemporaryFolder folder;
    const OpenedDevices opened(settings, options.devices);
    SelfCheckBench bench(settings, opened, folder.path(), options.stop);
    if (!options.json) {
        std::string devices;
        for (const DeviceProperties& device : bench.opened().devices())
            devices += (devices.empty() ? "" : ", ") + device_title(device);
        show("Devices: " + devices);
    }
    std::vector<Done> all;
    for (const SelfCheck& check : self_checks()) {
        const Stopwatch clock;
        CheckResult result = run_check(check, bench);
        if (bench.interrupted()) return exit_interrupted;
        all.push_back({check.name, std::move(result), clock.seconds()});
        if (options.json) continue;
        show(fmt::format("{}. {}: {}", all.size(), check.name, word(all.back().result.outcome)));
        for (const std::string& detail : all.back().result.details) show("   " + detail);
    }
    options.json ? show_json(all, bench) : show_summary(all);
    return count(all, CheckOutcome::failed) > 0 ? exit_failed : exit_done;
}

} // namespace threadx
