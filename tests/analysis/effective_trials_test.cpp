#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "analysis/effective_trials.hpp"
#include "made_up_blocks.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

// By definition: the mean over pairs of trials of the correlation of their block means, and (Σλ)²/Σλ² as
// M²/Σρ² over all pairs.
struct Naive {
    double average = 0.0;
    double directions = 0.0;
};

Naive naive(const ReturnBlocks& blocks) {
    const std::size_t trials = blocks.scenarios.size();
    const auto value = [&](std::size_t i, std::size_t b) {
        return blocks.sums[i * blocks.blocks + b] / blocks.returns_per_block[b];
    };
    const auto correlation = [&](std::size_t i, std::size_t j) {
        double mi = 0.0, mj = 0.0, ii = 0.0, jj = 0.0, ij = 0.0;
        for (std::size_t b = 0; b < blocks.blocks; ++b) {
            mi += value(i, b) / static_cast<double>(blocks.blocks);
            mj += value(j, b) / static_cast<double>(blocks.blocks);
        }
        for (std::size_t b = 0; b < blocks.blocks; ++b) {
            ii += (value(i, b) - mi) * (value(i, b) - mi);
            jj += (value(j, b) - mj) * (value(j, b) - mj);
            ij += (value(i, b) - mi) * (value(j, b) - mj);
        }
        return ij / std::sqrt(ii * jj);
    };
    double pairs = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < trials; ++i)
        for (std::size_t j = 0; j < trials; ++j) {
            const double rho = correlation(i, j);
            squares += rho * rho;
            if (i != j) pairs += rho;
        }
    const auto m = static_cast<double>(trials);
    return {pairs / (m * (m - 1.0)), m * m / squares};
}

} // namespace

TEST_CASE("the effective number of trials is the definition's, without the matrix of correlations") {
    for (const std::size_t blocks : {4u, 16u}) {
        const ReturnBlocks made = cut(noise(30, 163, blocks), blocks);
        const Naive expected = naive(made);
        const EffectiveTrials found = effective_trials(made);
        CHECK(found.average_correlation == relative(expected.average).epsilon(1e-10));
        CHECK(found.independent_directions == relative(expected.directions).epsilon(1e-10));
        const double trials = expected.average + (1.0 - expected.average) * 30.0;
        CHECK(found.trials == relative(std::min(trials, 30.0)).epsilon(1e-10));
    }
}

TEST_CASE("independent trials count in full, copies once") {
    const EffectiveTrials apart = effective_trials(cut(noise(1000, 320, 5), 16));
    CHECK(apart.trials > 950.0);
    CHECK(apart.independent_directions > 13.0); // of the 15 that there can be
    const Returns one = noise(1, 320, 6);
    const EffectiveTrials copies = effective_trials(cut(Returns(500, one[0]), 16));
    CHECK(copies.trials == relative(1.0));
    CHECK(copies.independent_directions == relative(1.0));
}

TEST_CASE("trials that share half of what moves them count for half") {
    const Returns common = noise(1, 1600, 7);
    Returns trials = noise(400, 1600, 8);
    for (std::vector<double>& trial : trials)
        for (std::size_t t = 0; t < trial.size(); ++t) trial[t] += common[0][t];
    const EffectiveTrials found = effective_trials(cut(trials, 16));
    CHECK(found.average_correlation > 0.35);
    CHECK(found.average_correlation < 0.65);
    CHECK(found.trials == relative(400.0 * (1.0 - found.average_correlation)).epsilon(0.01));
}

TEST_CASE("trials that never trade are none") {
    Returns trials = noise(3, 64, 9);
    const EffectiveTrials three = effective_trials(cut(trials, 8));
    trials.insert(trials.begin(), std::vector<double>(64, 0.0));
    const EffectiveTrials four = effective_trials(cut(trials, 8));
    CHECK(four.trials == three.trials);
    CHECK(effective_trials(cut(Returns(2, std::vector<double>(64, 0.0)), 8)).trials == 1.0);
    CHECK(effective_trials({}).trials == 1.0);
}
