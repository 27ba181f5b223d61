// How many independent trials a sweep amounts to: neighbours in a grid trade alike.
#pragma once

#include "analysis/return_blocks.hpp"

namespace threadx {

struct EffectiveTrials {
    // Mean correlation of the returns of two different trials, as seen in the blocks of time.
    double average_correlation = 0.0;
    // ρ + (1-ρ)·M of M trials with average correlation ρ: Bailey & López de Prado, "The deflated Sharpe
    // ratio" (2014), appendix on the number of independent trials. From 1 to M.
    double trials = 1.0;
    // (Σλ)² / Σλ² of the eigenvalues of the trials' correlation matrix: Bretherton, Widmann, Dymnikov,
    // Wallace & Bladé, "The effective number of spatial degrees of freedom of a time-varying field", Journal
    // of Climate 12 (1999). From 1 to blocks - 1.
    double independent_directions = 1.0;
};

// Of the trials whose block means differ: one that never trades has no correlation with anything. Blocks of
// different lengths count by their mean returns. 1 everywhere if there are fewer than two such trials.
//
// The correlation matrix of a hundred thousand trials is never made: all is known from the standardised block
// means z (trials × blocks), as ρ from |Σz|² and the eigenvalues from the small blocks × blocks matrix zᵀz,
// which has the same ones. O(trials × blocks²).
//
// What it cannot see: the interpolation is linear in the average, so that a sweep of a few tight clusters
// counts for more trials than it has ideas; and no more directions can be told apart than there are blocks,
// whatever the sweep.
EffectiveTrials effective_trials(const ReturnBlocks& blocks);

} // namespace threadx
