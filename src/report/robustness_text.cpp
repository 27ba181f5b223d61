#include "report/robustness_text.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json; // writes null for what is no number

Json outcome_json(const Outcome& outcome) {
    return {{"total_return", outcome.total_return},
            {"max_drawdown", outcome.max_drawdown},
            {"sharpe", outcome.sharpe},
            {"ruined", outcome.ruined}};
}

Json distribution_json(const Distribution& distribution) {
    return {{"mean", distribution.mean},
            {"quantiles", distribution.quantiles},
            {"at_levels", distribution.at_levels}};
}

Json test_json(const RobustnessTest& test) {
    return {{"name", test.name},
            {"simulations", test.summary.simulations},
            {"ruin_probability", test.summary.ruin_probability},
            {"loss_probability", test.summary.loss_probability},
            {"total_return", distribution_json(test.summary.total_return)},
            {"max_drawdown", distribution_json(test.summary.max_drawdown)},
            {"sharpe", distribution_json(test.summary.sharpe)}};
}

Json stress_json(const StressCase& stress) {
    Json out = {{"name", stress.name}, {"value", stress.value}};
    if (stress.outcome) out.update(outcome_json(*stress.outcome));
    return out;
}

std::string percent_cell(double fraction) {
    return std::isfinite(fraction) ? fmt::format("{:.1f} %", 100.0 * fraction) : "-";
}

std::string ratio_cell(double value) { return std::isfinite(value) ? fmt::format("{:.2f}", value) : "-"; }

double at_level(const Distribution& distribution) {
    return distribution.at_levels.empty() ? std::nan("") : distribution.at_levels.front();
}

double median_of(const Distribution& distribution) {
    return distribution.quantiles[distribution.quantiles.size() / 2];
}

std::vector<std::string> outcome_line(const std::string& name, const std::optional<Outcome>& outcome) {
    if (!outcome) return {"", name, "", "cannot be run", "", "", "", "", "", ""};
    return {"", name,
            "", percent_cell(outcome->total_return),
            "", percent_cell(outcome->max_drawdown),
            "", ratio_cell(outcome->sharpe),
            "", outcome->ruined ? "ruined" : ""};
}

std::vector<std::string> test_line(const RobustnessTest& test) {
    const OutcomeSummary& s = test.summary;
    return {"",
            test.name,
            with_thousands(s.simulations),
            percent_cell(median_of(s.total_return)),
            percent_cell(at_level(s.total_return)),
            percent_cell(median_of(s.max_drawdown)),
            percent_cell(at_level(s.max_drawdown)),
            ratio_cell(median_of(s.sharpe)),
            ratio_cell(at_level(s.sharpe)),
            percent_cell(s.ruin_probability)};
}

} // namespace

std::filesystem::path robustness_file(const std::filesystem::path& run) { return run / "robustness.json"; }

std::string robustness_json(const PreparedSweep& sweep, const RobustnessResult& result,
                            const RobustnessSettings& settings, const RobustnessOptions& options) {
    Json out;
    out["format"] = "threadx-robustness-1";
    out["seed"] = options.seed;
    out["simulations"] = options.simulations;
    out["settings"] = {{"confidence_levels", settings.confidence_levels},
                       {"ruin", settings.ruin},
                       {"price_noise", settings.price_noise},
                       {"neighbourhood", settings.neighbourhood}};
    out["quantiles"] = summary_quantiles();
    out["devices"] = {{"backtests", result.backtests}, {"bar_sets", result.bar_sets}};
    out["notes"] = result.notes;
    out["scenarios"] = Json::array();
    const std::vector<std::string> names = sweep.strategy().parameter_names();
    for (const ScenarioRobustness& scenario : result.scenarios) {
        Json json;
        json["scenario"] = scenario.row.scenario;
        json["parameters"] = Json::object();
        for (std::size_t i = 0; i < names.size(); ++i) json["parameters"][names[i]] = scenario.row.values[i];
        json["trades"] = scenario.trades;
        json["as_run"] = outcome_json(scenario.as_run);
        json["tests"] = Json::array();
        for (const RobustnessTest& test : scenario.tests) json["tests"].push_back(test_json(test));
        json["stresses"] = Json::array();
        for (const StressCase& stress : scenario.stresses) json["stresses"].push_back(stress_json(stress));
        out["scenarios"].push_back(std::move(json));
    }
    return out.dump(1) + "\n";
}

std::vector<std::vector<std::string>> robustness_table(const std::vector<ScenarioRobustness>& scenarios,
                                                       const RobustnessSettings& settings) {
    const std::string level = settings.confidence_levels.empty()
                                  ? "-"
                                  : shortest_text(100.0 * settings.confidence_levels.front()) + " %";
    std::vector<std::vector<std::string>> lines = {{"scenario", "test", "simulations", "return",
                                                    "at " + level, "drawdown", "at " + level, "sharpe",
                                                    "at " + level, "ruin"}};
    for (const ScenarioRobustness& scenario : scenarios) {
        lines.push_back(outcome_line("as run", scenario.as_run));
        lines.back().front() = std::to_string(scenario.row.scenario);
        for (const RobustnessTest& test : scenario.tests) lines.push_back(test_line(test));
        for (const StressCase& stress : scenario.stresses)
            lines.push_back(
                outcome_line(fmt::format("{} {:.6g}", stress.name, stress.value), stress.outcome));
    }
    return lines;
}

} // namespace threadx
