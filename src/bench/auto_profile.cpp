#include "bench/auto_profile.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <thread>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "api/machine.hpp"
#include "base/stopwatch.hpp"
#include "bench/made_up_sweep.hpp"
#include "bench/medians.hpp"
#include "device/cpu/host_processor.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/device_error.hpp"
#include "market/synthetic.hpp"
#include "market/time_text.hpp"
#include "placement/forecast.hpp"
#include "rules/strategy.hpp"
#include "sweep/device_models.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

constexpr const char* random_sweep = R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { min = 10, max = 50 }
entry_z = { min = 1.0, max = 3.0 }
atr_multiplier = { min = 1.0, max = 4.0 }
[sampler]
kind = "monte_carlo"
scenarios = 256
seed = 42
)";

struct Profiled {
    const char* name;
    std::vector<std::string> expressions;
};

const std::vector<Profiled>& profiled_indicators() {
    static const std::vector<Profiled> all = {{"bollinger_bands",
                                               {"sma(close, 20) + 2 * stdev(close, 20)", "sma(close, 20)",
                                                "sma(close, 20) - 2 * stdev(close, 20)"}},
                                              {"atr", {"atr(14)"}}};
    return all;
}

std::string names_of(const std::vector<DeviceProperties>& devices) {
    std::string names;
    for (const DeviceProperties& device : devices) names += (names.empty() ? "" : ",") + device.id;
    return names;
}

bool same_bits(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const std::vector<double>& x, const std::vector<double>& y) {
                          return x.size() == y.size() &&
                                 std::memcmp(x.data(), y.data(), x.size() * sizeof(double)) == 0;
                      });
}

class Profiling {
  public:
    explicit Profiling(const AutoProfileSetup& setup)
        : setup_(setup), devices_(setup.opened.devices()),
          machine_(setup.settings, names_of(devices_), "",
                   [](std::string_view line) { spdlog::warn("{}", line); }),
          kernels_(choose_kernels(setup.settings.performance.instruction_set).name) {}

    bool interrupted() const { return setup_.stop != nullptr && setup_.stop->load(); }

    ProfiledWork indicator(const Profiled& indicator, const Bars& bars) {
        Graph graph;
        std::vector<NodeId> nodes;
        for (const std::string& expression : indicator.expressions)
            nodes.push_back(parse_expression(graph, expression));
        const BarTimes times = bar_times(bars);
        const BarSeries series = series_of(bars, times);
        const std::string tag = fmt::format("indicator/{}", indicator.name);
        const ColumnRequest request = {graph, nodes, series, bars.size(), tag};

        ProfiledWork out = blank(indicator.name, bars.size());
        out.items = static_cast<double>(bars.size()) *
                    static_cast<double>(make_columns_plan(graph, nodes, bars.size()).plan.columns.size());
        std::vector<std::vector<double>> expected;
        for (int run = 0; run <= setup_.runs && !interrupted(); ++run) // the first one makes ready
            for (ProfiledTime& time : out.times) {
                const ComputedColumns columns =
                    machine_.columns().compute(request, Placement(time.device.id));
                if (expected.empty()) expected = columns.values;
                if (!same_bits(columns.values, expected))
                    throw DeviceError(fmt::format("{}: its {} over {} bars is not that of {}", time.device.id,
                                                  indicator.name, bars.size(), out.times.front().device.id));
                if (run > 0) time.seconds_of_runs.push_back(columns.decision.seconds);
            }
        for (ProfiledTime& time : out.times) {
            const WorkKey key = column_key(machine_.devices().find(time.device.id), tag);
            if (const auto cost = machine_.rates().cost(key)) time.predicted = cost->seconds(out.items);
        }
        out.chosen = machine_.columns().compute(request, Placement()).decision.device;
        for (const ProfiledTime& time : out.times)
            if (time.device.id == out.chosen) {
                out.chosen_predicted = time.predicted.value_or(0.0);
                out.chosen_seconds = time.seconds();
            }
        return out;
    }

    ProfiledWork sweep(std::uint64_t bars) {
        const std::unique_ptr<PreparedSweep> sweep =
            prepare({.name = "auto_profile", .config = random_sweep, .bars = static_cast<long long>(bars)},
                    setup_.folder, setup_.settings);
        StartedDevices started(setup_.opened, *sweep);
        ProfiledWork out = blank("sweep", bars);
        const auto scenarios = static_cast<double>(sweep->range().size());
        out.items = scenarios * static_cast<double>(bars);
        for (int run = 0; run <= setup_.runs && !interrupted(); ++run)
            for (ProfiledTime& time : out.times) {
                const double seconds = run_on({time.device}, *sweep, started, {});
                if (run > 0) time.seconds_of_runs.push_back(seconds);
            }
        choose(*sweep, started, scenarios, out);
        return out;
    }

    // Writes down what was measured.
    std::filesystem::path keep() {
        machine_.rates().flush();
        const ProfileFile file(setup_.settings.profiles_folder());
        std::vector<std::string> warnings;
        if (file.keeps()) file.add(observations_, warnings);
        for (const std::string& warning : warnings) spdlog::warn("{}", warning);
        return file.path();
    }

  private:
    ProfiledWork blank(const std::string& work, std::uint64_t bars) const {
        ProfiledWork out;
        out.work = work;
        out.bars = bars;
        for (const DeviceProperties& device : devices_) out.times.push_back({device, {}, {}});
        return out;
    }

    double run_on(const std::vector<DeviceProperties>& devices, const PreparedSweep& sweep,
                  StartedDevices& started, const Profiles& profiles) {
        for (const DeviceProperties& device : devices)
            if (device.kind != DeviceKind::cpu) started.get(device);
        RunOptions options;
        options.workers = setup_.settings.workers();
        options.instruction_set = setup_.settings.performance.instruction_set;
        options.stop = setup_.stop;
        started.use(devices, options);
        options.profiles = profiles;
        options.on_measured = [this](const std::vector<Observation>& observations) {
            for (const Observation& observation : observations) {
                if (is_preparation(observation.work)) continue; // the devices were started before
                observations_.push_back(observation);
                profiles_.add(observation, utc_now());
            }
        };
        const Stopwatch clock;
        const RunResult result = run_sweep(sweep, {sweep.range()}, options, [](const RowBlock&) {});
        const double seconds = clock.seconds();
        if (devices.size() == 1)
            for (const DeviceWork& work : result.devices)
                if (work.id != devices.front().id && work.scenarios > 0)
                    throw DeviceError(fmt::format("{} did not do its sweep: {}", devices.front().id,
                                                  fmt::join(result.notes, "; ")));
        return seconds;
    }

    // What the profiles say of the sweep now, and what the choice takes.
    void choose(const PreparedSweep& sweep, StartedDevices& started, double scenarios, ProfiledWork& out) {
        Profiles profiles = profiles_;
        std::vector<DeviceModel> models;
        const SweepWork work = {sweep, kernels_, setup_.settings.workers()};
        for (ProfiledTime& time : out.times) {
            if (time.device.kind != DeviceKind::cpu) // they are started
                profiles.add({start_key(time.device), "", 1.0, 1e-6}, utc_now());
            models.push_back(device_model(time.device, work, profiles));
            if (models.back().cost.known())
                time.predicted =
                    models.back().cost.seconds(scenarios) + once_seconds(models.back().once, scenarios);
        }
        const Forecast forecast = best_forecast(models, scenarios, host_processor().compute_units);
        std::vector<DeviceProperties> chosen;
        for (const std::size_t device : forecast.devices) chosen.push_back(devices_[device]);
        out.chosen = names_of(chosen);
        out.chosen_predicted = forecast.seconds;
        std::vector<double> seconds;
        for (int run = 0; run < setup_.runs && !interrupted(); ++run)
            seconds.push_back(run_on(devices_, sweep, started, profiles));
        out.chosen_seconds = median(seconds);
    }

    const AutoProfileSetup& setup_;
    const std::vector<DeviceProperties>& devices_;
    Machine machine_;
    std::string kernels_;
    Profiles profiles_; // of the sweeps of this process
    std::vector<Observation> observations_;
};

} // namespace

double ProfiledTime::seconds() const { return median(seconds_of_runs); }

double ProfiledTime::spread() const {
    double spread = 0.0;
    for (const double one : seconds_of_runs) spread = std::max(spread, std::abs(one - seconds()) / seconds());
    return spread;
}

const ProfiledTime& ProfiledWork::fastest() const {
    return *std::min_element(times.begin(), times.end(), [](const ProfiledTime& a, const ProfiledTime& b) {
        return a.seconds() < b.seconds();
    });
}

std::optional<AutoProfile> measure_auto_profile(const AutoProfileSetup& setup) {
    Profiling profiling(setup);
    AutoProfile out;
    for (const std::uint64_t size : setup.sizes) {
        SyntheticSettings settings;
        settings.bars = static_cast<long long>(size);
        const Bars bars = synthesize(settings);
        for (const Profiled& indicator : profiled_indicators()) {
            out.works.push_back(profiling.indicator(indicator, bars));
            if (profiling.interrupted()) return std::nullopt;
        }
        out.works.push_back(profiling.sweep(size));
        if (profiling.interrupted()) return std::nullopt;
    }
    out.file = profiling.keep();
    return out;
}

} // namespace threadx
