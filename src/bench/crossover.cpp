#include "bench/crossover.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "bench/made_up_sweep.hpp"
#include "bench/medians.hpp"
#include "sweep/manifest.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

std::unique_ptr<PreparedSweep> sweep_of(const CrossoverSetup& setup, std::uint64_t bars,
                                        std::uint64_t scenarios) {
    const std::string text = fmt::format(R"([strategy]
use = "bollinger_atr"
[space]
bb_period = {{ min = 10, max = 50 }}
entry_z = {{ min = 1.0, max = 3.0 }}
atr_multiplier = {{ min = 1.0, max = 4.0 }}
[sampler]
kind = "monte_carlo"
scenarios = {}
seed = 42
)",
                                         scenarios);
    return prepare({.name = "crossover", .config = text, .bars = static_cast<long long>(bars)}, setup.folder,
                   setup.settings);
}

// The runs of one device at one rung.
struct Series {
    std::vector<double> start_seconds;
    std::vector<double> seconds;
};

// One sweep on one device that is started for it, so that nothing is there already.
void run_once(const CrossoverSetup& setup, const PreparedSweep& sweep, const DeviceProperties& device,
              Series& series) {
    StartedDevices started(setup.opened, sweep);
    RunOptions options;
    options.workers = setup.settings.workers();
    options.instruction_set = setup.settings.performance.instruction_set;
    options.stop = setup.stop;
    started.use({device}, options);
    const Stopwatch start;
    if (!options.cpu) started.get(device);
    series.start_seconds.push_back(options.cpu ? 0.0 : start.seconds());
    const Stopwatch clock;
    run_sweep(sweep, {sweep.range()}, options, [](const RowBlock&) {});
    series.seconds.push_back(clock.seconds());
}

} // namespace

std::optional<double> Crossover::from(std::size_t device, bool with_start) const {
    std::vector<const Rung*> ascending;
    for (const Rung& rung : rungs) ascending.push_back(&rung);
    std::stable_sort(ascending.begin(), ascending.end(),
                     [](const Rung* a, const Rung* b) { return a->bar_scenarios() < b->bar_scenarios(); });
    std::optional<double> least;
    for (const Rung* rung : ascending) {
        const DeviceTime& time = rung->times[device];
        const double seconds = time.seconds + (with_start ? time.start_seconds + open_seconds : 0.0);
        if (seconds > rung->times.front().seconds)
            least.reset();
        else if (!least)
            least = rung->bar_scenarios();
    }
    return least;
}

std::optional<Crossover> measure_crossover(const CrossoverSetup& setup) {
    Crossover out;
    out.open_seconds = setup.open_seconds;
    out.runs = setup.runs;
    for (const std::uint64_t bars : setup.bars)
        for (const std::uint64_t scenarios : setup.scenarios) {
            const std::unique_ptr<PreparedSweep> sweep = sweep_of(setup, bars, scenarios);
            std::vector<Series> series(setup.opened.devices().size());
            for (int run = 0; run <= setup.runs; ++run) { // the first one is not counted
                for (std::size_t i = 0; i < series.size(); ++i) {
                    if (setup.stop != nullptr && setup.stop->load()) return std::nullopt;
                    if (run == 1) series[i] = {};
                    run_once(setup, *sweep, setup.opened.devices()[i], series[i]);
                }
            }
            Rung& rung = out.rungs.emplace_back(Rung{bars, scenarios, {}});
            for (std::size_t i = 0; i < series.size(); ++i)
                rung.times.push_back(
                    {setup.opened.devices()[i], median(series[i].start_seconds), median(series[i].seconds)});
        }
    return out;
}

std::string crossover_table(const Crossover& crossover) {
    std::string out = fmt::format(
        "Time of a sweep in ms, of an accelerator + to start it (and {:.1f} to open the drivers)\n"
        "    {:>9} {:>10} {:>15}",
        1e3 * crossover.open_seconds, "bars", "scenarios", "bars x scen.");
    const std::vector<DeviceTime>& devices = crossover.rungs.front().times;
    for (const DeviceTime& time : devices) out += fmt::format(" {:>18}", time.device.id);
    out += "\n";
    for (const Rung& rung : crossover.rungs) {
        out += fmt::format("    {:>9} {:>10} {:>15}", with_thousands(rung.bars),
                           with_thousands(rung.scenarios), with_thousands(rung.bars * rung.scenarios));
        for (const DeviceTime& time : rung.times)
            out += time.device.kind == DeviceKind::cpu
                       ? fmt::format(" {:18.3f}", 1e3 * time.seconds)
                       : fmt::format(" {:>18}", fmt::format("{:.3f} + {:.1f}", 1e3 * time.seconds,
                                                            1e3 * time.start_seconds));
        out += "\n";
    }
    const auto text = [](const std::optional<double>& from) {
        return from ? fmt::format("from {:.2g} bar-scenarios on", *from)
                    : std::string("nowhere on this ladder");
    };
    for (std::size_t i = 1; i < devices.size(); ++i)
        out +=
            fmt::format("    {} is as fast as the CPU: started, {}; with its start, {}\n",
                        devices[i].device.id, text(crossover.from(i, false)), text(crossover.from(i, true)));
    return out;
}

std::string crossover_json(const Crossover& crossover) {
    Json out = {
        {"program", version_text()}, {"open_seconds", crossover.open_seconds}, {"runs", crossover.runs}};
    out["rungs"] = Json::array();
    for (const Rung& rung : crossover.rungs) {
        Json times = Json::array();
        for (const DeviceTime& time : rung.times)
            times.push_back({{"device", time.device.id},
                             {"name", time.device.name},
                             {"start_seconds", time.start_seconds},
                             {"seconds", time.seconds}});
        out["rungs"].push_back({{"bars", rung.bars}, {"scenarios", rung.scenarios}, {"times", times}});
    }
    out["crossover"] = Json::array();
    for (std::size_t i = 1; i < crossover.rungs.front().times.size(); ++i) {
        Json one = {{"device", crossover.rungs.front().times[i].device.id}};
        for (const auto& [key, with_start] : {std::pair{"started", false}, std::pair{"with_start", true}}) {
            const std::optional<double> from = crossover.from(i, with_start);
            one[key] = from ? Json(*from) : Json(nullptr);
        }
        out["crossover"].push_back(one);
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace threadx
