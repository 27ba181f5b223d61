// Whether Monte Carlo scenarios are what they should be: the seed's alone, even, and within their ranges.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "bench/made_up_sweep.hpp"
#include "bench/self_checks.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t scenario_count = 2'000;

// A parameter that is drawn, and from where.
struct Drawn {
    const char* name;
    double low;
    double high;
    bool whole;
    bool log;
};
constexpr Drawn drawn[] = {{"bb_period", 10.0, 49.0, true, false},
                           {"entry_z", 1.0, 2.8, false, false},
                           {"atr_multiplier", 0.6, 6.0, false, true}};

std::unique_ptr<PreparedSweep> monte_carlo(SelfCheckBench& bench, int seed) {
    std::string text = "[strategy]\nuse = \"bollinger_atr\"\n[space]\n";
    for (const Drawn& one : drawn)
        text += fmt::format("{} = {{ min = {}, max = {}{} }}\n", one.name, one.low, one.high,
                            one.log ? ", log = true" : "");
    text +=
        fmt::format("[sampler]\nkind = \"monte_carlo\"\nscenarios = {}\nseed = {}\n", scenario_count, seed);
    return prepare({.name = "monte_carlo", .config = text, .bars = 100}, bench.folder(), bench.settings());
}

std::vector<double> values_of(const PreparedSweep& sweep, const PreparedSweep::Scenarios& scenarios,
                              const std::string& parameter) {
    const std::vector<std::string> names = sweep.strategy().parameter_names();
    const auto at =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), parameter) - names.begin());
    std::vector<double> values;
    for (std::size_t i = 0; i < scenarios.batch.count; ++i)
        values.push_back(scenarios.batch.parameters_of(i)[at]);
    return values;
}

// What is wrong with the numbers drawn of one parameter.
std::string fault_of(const Drawn& one, std::vector<double> values) {
    for (const double value : values) {
        if (!(value >= one.low && value <= one.high)) // not a number neither
            return fmt::format("{} is not within {} to {}", value, one.low, one.high);
        if (one.whole && value != std::floor(value)) return fmt::format("{} is no whole number", value);
    }
    if (one.log)
        for (double& value : values) value = std::log(value);
    // A whole number stands for the interval that begins with it: its place in there is filled evenly.
    if (one.whole) {
        std::map<double, std::pair<double, double>> seen; // how many there are, how many were met
        for (const double value : values) seen[value].first += 1.0;
        for (double& value : values) {
            auto& [count, met] = seen[std::floor(value)];
            value += (met + 0.5) / count;
            met += 1.0;
        }
    }
    const double low = one.log ? std::log(one.low) : one.low;
    const double high = one.log ? std::log(one.high) : one.high + (one.whole ? 1.0 : 0.0);
    return unevenness(std::move(values), low, high);
}

} // namespace

std::string unevenness(std::vector<double> values, double low, double high) {
    std::sort(values.begin(), values.end());
    const auto count = static_cast<double>(values.size());
    double distance = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = (values[i] - low) / (high - low);
        distance = std::max({distance, std::abs(static_cast<double>(i) / count - expected),
                             std::abs(static_cast<double>(i + 1) / count - expected)});
    }
    const double largest = 1.95 / std::sqrt(count);
    if (distance <= largest) return "";
    return fmt::format("not drawn evenly: {:.3f} from an even distribution, {:.3f} at most were chance",
                       distance, largest);
}

CheckResult check_sampling(SelfCheckBench& bench) {
    const std::unique_ptr<PreparedSweep> sweep = monte_carlo(bench, 42);
    const PreparedSweep::Scenarios scenarios = sweep->draw(sweep->range());
    const PreparedSweep::Scenarios again = monte_carlo(bench, 42)->draw(sweep->range());
    if (scenarios.batch.count != scenario_count || again.batch.parameters != scenarios.batch.parameters)
        return {CheckOutcome::failed, {"the same seed gives other scenarios"}};
    const IdRange part = {scenario_count / 3, scenario_count / 2};
    const std::vector<double> alone = sweep->draw(part).batch.parameters;
    const auto width = static_cast<std::ptrdiff_t>(scenarios.batch.parameter_count);
    if (!std::equal(alone.begin(), alone.end(),
                    scenarios.batch.parameters.begin() + static_cast<std::ptrdiff_t>(part.first) * width))
        return {CheckOutcome::failed, {"scenarios depend on which others are drawn with them"}};
    const PreparedSweep::Scenarios other = monte_carlo(bench, 43)->draw(sweep->range());
    for (const Drawn& one : drawn) {
        std::vector<double> values = values_of(*sweep, scenarios, one.name);
        if (values == values_of(*sweep, other, one.name))
            return {CheckOutcome::failed, {fmt::format("another seed gives the same {}", one.name)}};
        const std::string fault = fault_of(one, std::move(values));
        if (!fault.empty()) return {CheckOutcome::failed, {fmt::format("{}: {}", one.name, fault)}};
    }
    return {CheckOutcome::passed,
            {fmt::format("{} scenarios: the same seed gives the same ones, alone or together, another seed "
                         "others; all are within their ranges and drawn evenly",
                         scenario_count)}};
}

} // namespace threadx
