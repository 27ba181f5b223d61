// The probability of backtest overfitting, by combinatorially symmetric cross-validation: Bailey, Borwein,
// López de Prado & Zhu, "The probability of backtest overfitting", Journal of Computational Finance 20
// (2017).
//
// Time is cut into an even number of blocks. For every way of taking half of them as the sample (in sample,
// IS), the trial with the best Sharpe ratio there is chosen, and its rank among all trials in the other half
// (out of sample, OOS) is looked at. Choosing is overfitted where the chosen one is no better than the median
// there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/return_blocks.hpp"

namespace threadx {

// One way of choosing half of the blocks.
struct Split {
    std::uint32_t in_sample = 0; // bit b: block b is in the sample
    std::size_t chosen = 0;      // row of the trial that is best in the sample; of equals the first
    double in_sharpe = 0.0;      // of the chosen one, per return
    double out_sharpe = 0.0;
    double rank = 0.0;  // of the chosen one out of sample, 1 … trials; equals share their mean rank
    double logit = 0.0; // ln(ω/(1-ω)), ω = rank/(trials+1): 0 at the median, positive above it
};

struct CrossValidation {
    std::size_t trials = 0;
    std::size_t blocks = 0;    // that time was cut into
    std::vector<Split> splits; // in ascending order of `in_sample`; empty with fewer than 2 blocks or trials

    double overfitting_probability = 0.0; // PBO: the fraction of splits with logit ≤ 0
    double loss_probability = 0.0;        // the fraction of splits whose chosen one loses out of sample
    // Least squares of the chosen ones' Sharpe ratios: OOS = intercept + slope · IS. A negative slope: the
    // better in the sample, the worse outside of it. NaN if all are equal in the sample.
    double degradation_slope = 0.0;
    double degradation_intercept = 0.0;
};

// Comparisons of trials in splits that a cross-validation takes by default: seconds.
constexpr double usual_comparisons = 4e9;

// The blocks that cross_validate() makes of what it is given, an even number: at most 16 (12,870 splits), and
// fewer where these would take more than `most_comparisons`, so that time stays within bounds.
std::size_t cross_validation_blocks(std::size_t blocks, std::size_t trials,
                                    double most_comparisons = usual_comparisons);

// A trial without returns in a half counts as one that holds cash, with a Sharpe ratio of 0. Blocks beyond
// those of cross_validation_blocks() are joined with their neighbours. The result does not depend on
// `threads`.
CrossValidation cross_validate(const ReturnBlocks& from, std::size_t threads,
                               double most_comparisons = usual_comparisons);

} // namespace threadx
