#include "sweep/varied_runs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include <fmt/format.h>

#include "base/number_text.hpp"
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

Outcome outcome_of(RowStatus status, std::span<const double> row, std::size_t parameters) {
    static const std::size_t total_return = metric_index("total_return");
    static const std::size_t max_drawdown = metric_index("max_drawdown");
    static const std::size_t sharpe = metric_index("sharpe");
    const std::span<const double> values = row.subspan(parameters);
    return {values[total_return], values[max_drawdown], values[sharpe], status == RowStatus::ruined};
}

VariedRuns::VariedRuns(const PreparedSweep& sweep, const Settings& settings, DeviceWishes wishes,
                       const std::atomic<bool>* stop)
    : sweep_(sweep), settings_(settings), wishes_(std::move(wishes)), stop_(stop), profiles_(settings) {}

PreparedSweep VariedRuns::prepare(std::vector<std::string> overrides, int entry_delay,
                                  const Bars* bars) const {
    SweepRequest request = sweep_.request();
    request.range.reset();
    request.overrides.insert(request.overrides.end(), overrides.begin(), overrides.end());
    request.overrides.emplace_back("analysis.blocks=0");
    LoadedBars data = sweep_.data();
    if (bars != nullptr) data.bars = *bars;
    return PreparedSweep(request, settings_, std::move(data), entry_delay);
}

std::map<std::uint64_t, Outcome> VariedRuns::run(const PreparedSweep& sweep,
                                                 const std::vector<IdRange>& ranges) {
    std::uint64_t scenarios = 0;
    for (const IdRange& range : ranges) scenarios += range.size();
    RunDevices devices(settings_, wishes_, sweep, scenarios, profiles_.known());
    RunOptions options = devices.run_options();
    options.profiles = profiles_.known();
    options.stop = stop_;
    return run_with(sweep, ranges, options);
}

std::map<std::uint64_t, Outcome> VariedRuns::run_with(const PreparedSweep& sweep,
                                                      const std::vector<IdRange>& ranges,
                                                      const RunOptions& options) {
    const std::size_t width = sweep.schema().width();
    const std::size_t parameters = sweep.schema().parameters.size();
    std::map<std::uint64_t, Outcome> outcomes;
    std::mutex mutex;
    run_sweep(sweep, ranges, options, [&](const RowBlock& block) {
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < block.rows(); ++i)
            if (block.statuses[i] != RowStatus::invalid)
                outcomes[block.scenarios[i]] =
                    outcome_of(block.statuses[i], {block.values.data() + i * width, width}, parameters);
    });
    return outcomes;
}

std::map<std::uint64_t, Outcome> VariedRuns::run(const std::vector<std::uint64_t>& ids,
                                                 const std::vector<std::string>& overrides, int entry_delay) {
    return run(prepare(overrides, entry_delay, nullptr), ranges_of(ids));
}

std::map<std::uint64_t, Outcome> VariedRuns::run_alone(const std::vector<std::uint64_t>& ids,
                                                       const Bars& bars) const {
    RunOptions options;
    options.instruction_set = settings_.performance.instruction_set;
    options.stop = stop_;
    return run_with(prepare({}, 0, &bars), ranges_of(ids), options);
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
    const PreparedSweep neighbours = prepare(std::move(overrides), 0, nullptr);
    std::vector<Outcome> outcomes;
    for (const auto& [id, outcome] : run(neighbours, {neighbours.range()})) outcomes.push_back(outcome);
    return outcomes;
}

} // namespace threadx
