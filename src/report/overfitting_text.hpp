// The statistics of overfitting in words, and as the file overfitting.json of a run's directory.
#pragma once

#include <filesystem>
#include <string>

#include "analysis/overfitting.hpp"

namespace threadx {

std::filesystem::path overfitting_file(const std::filesystem::path& run);

// "Best Sharpe 2.1 (scenario 17); after 100,000 trials (effective 340) a Sharpe of 2.4 is expected of the
// best without skill: deflated Sharpe ratio 0.21; probability of overfitting 0.47: the selection is no better
// than chance". Sharpe ratios are a year's.
std::string overfitting_verdict(const OverfittingReport& report);

// An object; null where a number is undefined or infinite, Sharpe ratios a year's throughout:
//   format              "threadx-overfitting-1"
//   verdict             overfitting_verdict()
//   tone                "good", "doubt" or "bad": what the verdict ends with
//   best                scenario, sharpe, skew, kurtosis (3 for a normal distribution), returns (how many)
//   trials              scenarios (with returns), count (that traded), average_correlation, effective (of the
//                       count, by that correlation), independent_directions (at most blocks - 1)
//   sharpe              deviation (of the trials' ratios), expected_from_luck (the best of `effective` trials
//                       without skill whose ratios deviate so), probabilistic and deflated (probabilities,
//                       the latter with the selection allowed for), track_record_years (that it takes to call
//                       the best one's positive with 95 %), backtest_years (below which so many trials reach
//                       it by luck)
//   cross_validation    absent where it could not be done: blocks, splits, overfitting_probability (PBO),
//                       loss_probability, degradation {slope, intercept} (of out-of-sample on in-sample
//                       ratios of the chosen), logits {edges, counts} (a histogram; the outer bins hold what
//                       lies beyond), chosen [[in, out], …] (ratios of up to 400 splits, evenly taken)
//   reality_check       absent where it could not be done: resamples, white, superior_ability (p-values)
std::string overfitting_json(const OverfittingReport& report);

// The verdict in overfitting.json's text. InputError, with `where`, if that is no such file.
std::string verdict_of_json(const std::string& text, const std::string& where);

} // namespace threadx
