#include <algorithm>
#include <bit>
#include <cmath>

#include <doctest/doctest.h>

#include "analysis/cross_validation.hpp"
#include "made_up_blocks.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

// From the returns themselves, by the paper's words: the Sharpe ratio of a trial over the blocks of a subset.
double sharpe_over(const std::vector<double>& returns, std::size_t blocks, std::uint32_t subset) {
    std::vector<double> kept;
    for (std::size_t t = 0; t < returns.size(); ++t)
        if ((subset >> (t * blocks / returns.size()) & 1U) != 0) kept.push_back(returns[t]);
    double mean = 0.0;
    double squares = 0.0;
    for (const double r : kept) mean += r / static_cast<double>(kept.size());
    for (const double r : kept) squares += (r - mean) * (r - mean);
    return squares > 0.0 ? mean / std::sqrt(squares / (static_cast<double>(kept.size()) - 1.0)) : 0.0;
}

void check_against_definition(const Returns& returns, std::size_t blocks) {
    const CrossValidation found = cross_validate(cut(returns, blocks), 2);
    const std::uint32_t all = (1U << blocks) - 1;
    std::size_t next = 0;
    std::size_t overfitted = 0;
    for (std::uint32_t in = 0; in <= all; ++in) {
        if (std::popcount(in) * 2 != static_cast<int>(blocks)) continue;
        REQUIRE(next < found.splits.size());
        const Split& split = found.splits[next++];
        CHECK(split.in_sample == in);
        std::vector<double> inside;
        std::vector<double> outside;
        for (const std::vector<double>& trial : returns) {
            inside.push_back(sharpe_over(trial, blocks, in));
            outside.push_back(sharpe_over(trial, blocks, all ^ in));
        }
        const auto best =
            static_cast<std::size_t>(std::max_element(inside.begin(), inside.end()) - inside.begin());
        CHECK(split.chosen == best);
        CHECK(split.in_sharpe == relative(inside[best]).epsilon(1e-9));
        CHECK(split.out_sharpe == relative(outside[best]).epsilon(1e-9));
        const auto below = std::count_if(outside.begin(), outside.end(),
                                         [&](double sharpe) { return sharpe < outside[best]; });
        CHECK(split.rank == static_cast<double>(below + 1));
        const double place = split.rank / (static_cast<double>(returns.size()) + 1.0);
        CHECK(split.logit == relative(std::log(place / (1.0 - place))).epsilon(1e-12));
        if (place <= 0.5) ++overfitted;
    }
    CHECK(next == found.splits.size());
    CHECK(found.overfitting_probability == static_cast<double>(overfitted) / static_cast<double>(next));
}

bool same(const CrossValidation& a, const CrossValidation& b) {
    return std::equal(a.splits.begin(), a.splits.end(), b.splits.begin(), b.splits.end(),
                      [](const Split& x, const Split& y) {
                          return x.in_sample == y.in_sample && x.chosen == y.chosen &&
                                 x.in_sharpe == y.in_sharpe && x.out_sharpe == y.out_sharpe &&
                                 x.rank == y.rank && x.logit == y.logit;
                      }) &&
           a.overfitting_probability == b.overfitting_probability &&
           a.degradation_slope == b.degradation_slope;
}

} // namespace

TEST_CASE("every split is the definition's") {
    check_against_definition(noise(37, 120, 1), 6);
    check_against_definition(noise(16, 83, 2), 8); // blocks of unequal length, one full group of trials
    check_against_definition(noise(2, 40, 3), 2);
}

TEST_CASE("the answer does not depend on the number of threads") {
    const ReturnBlocks blocks = cut(noise(203, 160, 4), 10);
    const CrossValidation alone = cross_validate(blocks, 1);
    CHECK(alone.splits.size() == 252);
    for (const std::size_t threads : {2u, 3u, 7u}) CHECK(same(cross_validate(blocks, threads), alone));
}

TEST_CASE("choosing among strategies without skill is no better than chance") {
    double total = 0.0;
    double losses = 0.0;
    double slope = 0.0;
    constexpr int seeds = 30;
    for (int seed = 0; seed < seeds; ++seed) {
        const CrossValidation found = cross_validate(cut(noise(200, 400, 100 + seed), 10), 2);
        total += found.overfitting_probability / seeds;
        losses += found.loss_probability / seeds;
        slope += found.degradation_slope / seeds;
    }
    CHECK(total > 0.4);
    CHECK(total < 0.6);
    CHECK(losses > 0.4);
    CHECK(losses < 0.6);
    CHECK(slope < -0.1); // what was lucky inside was not outside
}

TEST_CASE("a strategy with skill is chosen for a reason") {
    std::vector<double> means(200, 0.0);
    means[77] = 0.003; // three tenths of a standard deviation
    const CrossValidation found = cross_validate(cut(normal_returns(means, 800, 5), 16), 2);
    CHECK(found.splits.size() == 12870);
    CHECK(found.overfitting_probability < 0.01);
    CHECK(found.loss_probability < 0.01);
    const auto chosen = std::count_if(found.splits.begin(), found.splits.end(),
                                      [](const Split& split) { return split.chosen == 77; });
    CHECK(chosen > 12500);
}

TEST_CASE("equal trials share their rank, and one that holds cash has a Sharpe ratio of 0") {
    Returns trials = noise(3, 64, 6);
    trials[1] = trials[0];
    trials[2].assign(64, 0.0);
    const CrossValidation found = cross_validate(cut(trials, 4), 1);
    for (const Split& split : found.splits) {
        CHECK(split.chosen != 1); // of equals the first
        if (split.chosen == 0) CHECK(split.rank == (split.out_sharpe > 0.0 ? 2.5 : 1.5));
        if (split.chosen == 2) CHECK(split.in_sharpe == 0.0);
    }
}

TEST_CASE("fewer blocks are made of very many trials, and an even number of any") {
    CHECK(cross_validation_blocks(16, 100'000) == 16);
    CHECK(cross_validation_blocks(64, 10) == 16);
    CHECK(cross_validation_blocks(9, 10) == 8);
    CHECK(cross_validation_blocks(16, 1'000'000) == 14);
    CHECK(cross_validation_blocks(16, 100'000'000) >= 2);
    CHECK(cross_validate(cut(noise(5, 90, 7), 9), 1).splits.size() == 70);
}

TEST_CASE("one trial, or one block, cannot be validated") {
    CHECK(cross_validate(cut(noise(1, 90, 8), 4), 1).splits.empty());
    CHECK(cross_validate(cut(noise(5, 90, 8), 1), 1).splits.empty());
    CHECK(cross_validate({}, 1).splits.empty());
}
