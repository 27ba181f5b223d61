// Whether the best scenario of a sweep is good, or the luckiest: all statistics of overfitting together.
#pragma once

#include <cstddef>
#include <cstdint>

#include "analysis/cross_validation.hpp"
#include "analysis/effective_trials.hpp"
#include "analysis/reality_check.hpp"
#include "analysis/return_blocks.hpp"
#include "analysis/sharpe_inference.hpp"
#include "device/statistics.hpp"

namespace threadx {

struct OverfittingReport {
    std::size_t scenarios = 0; // with returns
    std::size_t trials = 0;    // of those: that traded
    std::uint64_t best = 0;    // the scenario with the largest Sharpe ratio
    double bars_per_year = 0.0;
    // Sharpe ratios per return; times √bars_per_year they are a year's.
    SharpeEstimate estimate;
    double sharpe_variance = 0.0; // of the trials
    EffectiveTrials effective;
    double expected_sharpe = 0.0; // the best of so many trials without skill
    double probabilistic = 0.0;   // probability that the best one's true Sharpe ratio is positive ...
    double deflated = 0.0;        // ... given that it was chosen among all
    double track_record = 0.0;    // returns that it takes to say the former with 95 %
    double backtest_years = 0.0;  // of data below which so many trials would reach this ratio by luck
    CrossValidation cross_validation;
    RealityCheck reality_check;
};

// The row of `blocks` with the largest Sharpe ratio (of equals the first); blocks.scenarios.size() if none
// has traded.
std::size_t best_trial(const ReturnBlocks& blocks);

// `best`: the statistics of the scenario in row best_trial(blocks), for skewness and kurtosis, which blocks
// do not tell. NaN where something cannot be said, as of a single trial. Random numbers are of a fixed seed.
// Cross-validation has fewer blocks, and the reality check fewer resamples, where more would take more than
// `most_comparisons`, or as many additions.
OverfittingReport assess_overfitting(const ReturnBlocks& blocks, const Statistics& best, double bars_per_year,
                                     std::size_t threads, double most_comparisons = usual_comparisons);

} // namespace threadx
