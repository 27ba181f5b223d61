#include "sweep/varied_runs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "sweep/outcome_of_row.hpp"
#include "sweep/runner.hpp"

namespace threadx {
namespace {

// "space.n={ min = 9, max = 11 }": what lies around `value`.
std::string around(const Parameter& parameter, double value, double width) {
    double low = value - std::fabs(value) * width;
    double high = value + std::fabs(value) * width;
    if (parameter.integer) {
        low = std::min(std::floor(low), value - 1.0);
        high = std::max(std::ceil(high), value + 1.0);
    }
    low = std::max(low, parameter.minimum);
    high = std::min(high, parameter.maximum);
    if (!(low < high)) return fmt::format("space.{}={}", parameter.name, shortest_text(value));
    return fmt::format("space.{}={{ min = {}, max = {} }}", parameter.name, shortest_text(low),
                       shortest_text(high));
}

std::vector<IdRange> ranges_of(const std::vector<std::uint64_t>& ids) {
    std::vector<IdRange> ranges;
    for (const std::uint64_t id : ids) ranges.push_back({id, id + 1});
    return ranges;
}

} // namespace

VariedRuns::VariedRuns(const PreparedSweep& sweep, const Settings& settings, DeviceWishes wishes,
                       const std::atomic<bool>* stop)
    : sweep_(sweep), settings_(settings), wishes_(std::move(wishes)), stop_(stop), profiles_(settings) {}

PreparedSweep VariedRuns::prepare(std::vector<std::string> overrides, int entry_delay) const {
    SweepRequest request = sweep_.request();
    request.range.reset();
    request.overrides.insert(request.overrides.end(), overrides.begin(), overrides.end());
    request.overrides.emplace_back("analysis.blocks=0");
    return PreparedSweep(request, settings_, sweep_.data(), entry_delay);
}

void VariedRuns::note(const std::string& text) {
    if (std::find(notes_.begin(), notes_.end(), text) == notes_.end()) notes_.push_back(text);
}

std::map<std::uint64_t, Outcome> VariedRuns::run(const PreparedSweep& sweep,
                                                 const std::vector<IdRange>& ranges) {
    std::uint64_t scenarios = 0;
    for (const IdRange& range : ranges) scenarios += range.size();
    const RunDevices devices(settings_, wishes_, sweep, scenarios, profiles_.known());
    RunOptions options = devices.run_options();
    options.profiles = profiles_.known();
    options.stop = stop_;
    const std::size_t width = sweep.schema().width();
    const std::size_t parameters = sweep.schema().parameters.size();
    std::map<std::uint64_t, Outcome> outcomes;
    std::mutex mutex;
    const RunResult result = run_sweep(sweep, ranges, options, [&](const RowBlock& block) {
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < block.rows(); ++i)
            if (block.statuses[i] != RowStatus::invalid)
                outcomes[block.scenarios[i]] =
                    outcome_of_row(block.statuses[i], {block.values.data() + i * width, width}, parameters);
    });
    for (const DeviceWork& work : result.devices)
        if (work.scenarios > 0) backtests_[work.id] += work.scenarios;
    for (const std::string& text : result.notes) note(text);
    return outcomes;
}

std::map<std::uint64_t, Outcome> VariedRuns::run(const std::vector<std::uint64_t>& ids,
                                                 const std::vector<std::string>& overrides, int entry_delay) {
    return run(prepare(overrides, entry_delay), ranges_of(ids));
}

std::map<std::uint64_t, std::vector<Outcome>> VariedRuns::run_on(const BarSets& sets,
                                                                 const std::vector<std::uint64_t>& ids) {
    const PreparedSweep sweep = prepare({}, 0);
    const auto scenarios_of_a_set = static_cast<std::uint64_t>(set_cost_in_scenarios(ids.size()));
    const RunDevices devices(settings_, wishes_, sweep, sets.count * scenarios_of_a_set, profiles_.known());
    RunOptions options = devices.run_options();
    options.profiles = profiles_.known();
    options.stop = stop_;
    BarSetsResult result = run_bar_sets(sweep, ids, sets, options);
    for (const auto& [id, count] : result.sets) bar_sets_[id] += count;
    for (const std::string& text : devices.notes()) note(text);
    for (const std::string& text : result.notes) note(text);
    return std::move(result.outcomes);
}

std::vector<Outcome> VariedRuns::run_neighbours(std::span<const double> parameters, double width,
                                                std::size_t count, std::uint64_t seed) {
    if (sweep_.space().dimensions().empty() || count == 0) return {};
    std::vector<std::string> overrides = {
        "sampler.kind=monte_carlo", fmt::format("sampler.scenarios={}", count),
        fmt::format("sampler.seed={}", seed >> 1U)}; // TOML's whole numbers are signed
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Parameter& parameter = sweep_.strategy().parameters[i];
        for (const Dimension& dimension : sweep_.space().dimensions())
            if (dimension.name() == parameter.name)
                overrides.push_back(around(parameter, parameters[i], width));
    }
    const PreparedSweep neighbours = prepare(std::move(overrides), 0);
    std::vector<Outcome> outcomes;
    for (const auto& [id, outcome] : run(neighbours, {neighbours.range()})) outcomes.push_back(outcome);
    return outcomes;
}

} // namespace threadx
