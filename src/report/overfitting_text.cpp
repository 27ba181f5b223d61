#include "report/overfitting_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json; // writes null for what is no number

constexpr const char* format_name = "threadx-overfitting-1";
constexpr double histogram_edge = 6.0; // logits beyond ±6 are those of one trial in 400
constexpr int logit_bins = 24;
constexpr std::size_t most_chosen = 400;

struct Conclusion {
    const char* tone;
    const char* words;
};

// The deflated Sharpe ratio is strict where the trials differ in skill, as by what they pay, and not by luck
// alone; cross-validation only sees whether the choice holds elsewhere. So it takes both to be good.
Conclusion conclusion(const OverfittingReport& report) {
    const bool validated = !report.cross_validation.splits.empty();
    const double overfitted = report.cross_validation.overfitting_probability;
    if (!(report.estimate.sharpe > 0.0)) return {"bad", "even the best loses"};
    if (validated ? overfitted >= 0.4 : !(report.deflated > 0.5))
        return {"bad", "the selection is no better than chance"};
    if (report.deflated >= 0.95 && overfitted <= 0.1)
        return {"good", "more than luck, as far as these data can tell"};
    if (!(report.deflated > 0.5)) return {"doubt", "the choice holds, but so high a Sharpe may be luck"};
    return {"doubt", "it may be luck"};
}

Json logits_json(const std::vector<Split>& splits) {
    Json edges = Json::array();
    for (int i = 0; i <= logit_bins; ++i) edges.push_back((2 * i - logit_bins) * histogram_edge / logit_bins);
    std::vector<std::size_t> counts(logit_bins);
    for (const Split& split : splits) {
        const double place = (split.logit / histogram_edge + 1.0) / 2.0 * logit_bins;
        ++counts[static_cast<std::size_t>(std::clamp(std::floor(place), 0.0, logit_bins - 1.0))];
    }
    return {{"edges", edges}, {"counts", counts}};
}

Json chosen_json(const std::vector<Split>& splits, double year) {
    Json out = Json::array();
    const std::size_t count = std::min(splits.size(), most_chosen);
    for (std::size_t i = 0; i < count; ++i) {
        const Split& split = splits[i * splits.size() / count];
        out.push_back({split.in_sharpe * year, split.out_sharpe * year});
    }
    return out;
}

Json cross_validation_json(const CrossValidation& found, double year) {
    return {{"blocks", found.blocks},
            {"splits", found.splits.size()},
            {"overfitting_probability", found.overfitting_probability},
            {"loss_probability", found.loss_probability},
            {"degradation",
             {{"slope", found.degradation_slope}, {"intercept", found.degradation_intercept * year}}},
            {"logits", logits_json(found.splits)},
            {"chosen", chosen_json(found.splits, year)}};
}

} // namespace

std::filesystem::path overfitting_file(const std::filesystem::path& run) { return run / "overfitting.json"; }

std::string overfitting_verdict(const OverfittingReport& report) {
    if (report.trials == 0) return "No scenario has traded: there is nothing to overfit";
    const double year = std::sqrt(report.bars_per_year);
    std::string text =
        fmt::format("Best Sharpe {:.2f} (scenario {}); after {} trials (effective {}) a Sharpe of {:.2f} is "
                    "expected of the best without skill: deflated Sharpe ratio {:.2f}",
                    report.estimate.sharpe * year, report.best, with_thousands(report.trials),
                    with_thousands(static_cast<unsigned long long>(std::llround(report.effective.trials))),
                    report.expected_sharpe * year, report.deflated);
    if (!report.cross_validation.splits.empty())
        text += fmt::format("; probability of overfitting {:.2f}",
                            report.cross_validation.overfitting_probability);
    return text + ": " + conclusion(report).words;
}

std::string overfitting_json(const OverfittingReport& report) {
    const double year = std::sqrt(report.bars_per_year);
    Json out;
    out["format"] = format_name;
    out["verdict"] = overfitting_verdict(report);
    if (report.trials > 0) {
        out["tone"] = conclusion(report).tone;
        out["best"] = {{"scenario", report.best},
                       {"sharpe", report.estimate.sharpe * year},
                       {"skew", report.estimate.skew},
                       {"kurtosis", report.estimate.kurtosis},
                       {"returns", report.estimate.returns}};
        out["trials"] = {{"scenarios", report.scenarios},
                         {"count", report.trials},
                         {"average_correlation", report.effective.average_correlation},
                         {"effective", report.effective.trials},
                         {"independent_directions", report.effective.independent_directions}};
        out["sharpe"] = {{"deviation", std::sqrt(report.sharpe_variance) * year},
                         {"expected_from_luck", report.expected_sharpe * year},
                         {"probabilistic", report.probabilistic},
                         {"deflated", report.deflated},
                         {"track_record_years", report.track_record / report.bars_per_year},
                         {"backtest_years", report.backtest_years}};
    }
    if (!report.cross_validation.splits.empty())
        out["cross_validation"] = cross_validation_json(report.cross_validation, year);
    if (report.reality_check.resamples > 0)
        out["reality_check"] = {{"resamples", report.reality_check.resamples},
                                {"white", report.reality_check.white},
                                {"superior_ability", report.reality_check.superior_ability}};
    return out.dump(1) + "\n";
}

std::string verdict_of_json(const std::string& text, const std::string& where) {
    try {
        const Json json = Json::parse(text);
        if (json.at("format") == format_name) return json.at("verdict").get<std::string>();
    } catch (const Json::exception&) { // said below
    }
    throw InputError(fmt::format(
        "{} is damaged, or of another version of ThreadX; `threadx resume` of its run makes it again",
        where));
}

} // namespace threadx
