// Whether the best of many trials beats cash by more than the luck of having tried so many: White, "A reality
// check for data snooping", Econometrica 68 (2000), and its studentised successor: Hansen, "A test for
// superior predictive ability", Journal of Business & Economic Statistics 23 (2005).
#pragma once

#include <cstddef>
#include <cstdint>

#include "analysis/return_blocks.hpp"

namespace threadx {

struct RealityCheck {
    std::size_t resamples = 0; // 0: not computed, there are fewer than 2 blocks or no trial that trades
    // The probability that the largest mean return of all trials is as large as the one seen, if none has a
    // positive true mean. Small: not luck alone.
    double white = 1.0;
    // The same of the largest Sharpe ratio, with trials that are clearly bad left out of account (Hansen's
    // consistent p-value). Not swayed by trials of high variance, such as those with leverage. The deviation
    // that it divides by is that of single returns: what a few blocks say of it would vary too much.
    double superior_ability = 1.0;
};

// Additions of block sums that a check takes by default: a second or two.
constexpr double usual_additions = 4e9;

// How many resamples a check takes of so many trials: 1,000, and fewer, though never below 100, where these
// would take more than `most_additions`.
std::size_t reality_check_resamples(std::size_t blocks, std::size_t trials,
                                    double most_additions = usual_additions);

// Time is resampled by the stationary bootstrap over the blocks, `mean_blocks` ≥ 1 in a row on average (1:
// each by itself), the same way for all trials: the means of every trial in a resample follow from its block
// sums. The p-value is (1 + resamples that reach what was seen) / (1 + resamples).
//
// An approximation: whole blocks are drawn, not single returns, so what depends on what within a block is
// kept exactly, and a block is long beside any position. But blocks are few: with S of them a resample's
// variance is (S-1)/S of the true one, and p-values are coarse, somewhat too small, at S below 16.
//
// Random numbers are of `seed`; the result does not depend on `threads`.
RealityCheck reality_check(const ReturnBlocks& blocks, std::size_t resamples, double mean_blocks,
                           std::uint64_t seed, std::size_t threads);

} // namespace threadx
