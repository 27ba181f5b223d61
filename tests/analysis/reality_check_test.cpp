#include <vector>

#include <doctest/doctest.h>

#include "analysis/reality_check.hpp"
#include "analysis/stationary_bootstrap.hpp"
#include "made_up_blocks.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

TEST_CASE("the best of many trials without skill passes no check more often than it may") {
    double white = 0.0;
    double studentised = 0.0;
    int believed = 0;
    constexpr int seeds = 60;
    for (int seed = 0; seed < seeds; ++seed) {
        const RealityCheck check = reality_check(cut(noise(100, 320, 300 + seed), 16), 300, 1.0, 1, 2);
        CHECK(check.resamples == 300);
        white += check.white / seeds;
        studentised += check.superior_ability / seeds;
        if (check.white < 0.05) ++believed;
    }
    CHECK(white > 0.35);
    CHECK(white < 0.65);
    CHECK(studentised > 0.35);
    CHECK(studentised < 0.65);
    CHECK(believed <= 9); // of 3 to be expected
}

TEST_CASE("a strategy with skill stands out of many") {
    std::vector<double> means(100, 0.0);
    means[42] = 0.004;
    const RealityCheck check = reality_check(cut(normal_returns(means, 640, 2), 16), 500, 1.0, 1, 2);
    CHECK(check.white < 0.02);
    CHECK(check.superior_ability < 0.02);
}

TEST_CASE("trials that are clearly bad count against the others in White's check, not in Hansen's") {
    // One with a little skill among many that only lose, wildly.
    std::vector<double> means(400, -0.05);
    Returns trials = normal_returns(means, 640, 3);
    for (std::vector<double>& trial : trials)
        for (double& r : trial) r *= 4.0;
    trials.push_back(normal_returns({0.0015}, 640, 4)[0]);
    const RealityCheck check = reality_check(cut(trials, 16), 500, 1.0, 1, 2);
    CHECK(check.white > 0.5);
    CHECK(check.superior_ability < 0.05);
}

TEST_CASE("a reality check is the same with any number of threads, and another with another seed") {
    const ReturnBlocks blocks = cut(noise(203, 160, 4), 10);
    const RealityCheck alone = reality_check(blocks, 200, 2.0, 7, 1);
    for (const std::size_t threads : {2u, 3u, 9u}) {
        const RealityCheck found = reality_check(blocks, 200, 2.0, 7, threads);
        CHECK(found.white == alone.white);
        CHECK(found.superior_ability == alone.superior_ability);
    }
    CHECK(reality_check(blocks, 200, 2.0, 8, 2).white != alone.white);
}

TEST_CASE("there is nothing to check without trials or blocks") {
    CHECK(reality_check({}, 100, 1.0, 1, 1).resamples == 0);
    CHECK(reality_check(cut(noise(3, 20, 1), 1), 100, 1.0, 1, 1).resamples == 0);
    const RealityCheck cash = reality_check(cut(Returns(3, std::vector<double>(64, 0.0)), 8), 100, 1.0, 1, 1);
    CHECK(cash.white == 1.0);
    CHECK(cash.superior_ability == 1.0);
}

TEST_CASE("resamples are fewer with very many trials") {
    CHECK(reality_check_resamples(16, 1000) == 1000);
    CHECK(reality_check_resamples(16, 1'000'000) == 250);
    CHECK(reality_check_resamples(16, 1'000'000'000) == 100);
}

TEST_CASE("the stationary bootstrap has blocks of the mean length asked for, from everywhere alike") {
    constexpr std::size_t size = 50;
    constexpr int draws = 200'000;
    StationaryBootstrap time(CounterRandom(3, 0, stream::resample), size, 8.0);
    std::vector<int> seen(size);
    int restarts = 0;
    std::size_t before = time.next();
    for (int i = 1; i < draws; ++i) {
        const std::size_t now = time.next();
        if (now >= size) FAIL("a step beyond the last");
        ++seen[now];
        if (now != (before + 1) % size) ++restarts;
        before = now;
    }
    // A new block begins where the old one would have gone on in one case of `size`.
    CHECK(static_cast<double>(restarts) / draws == relative(0.125 * 49.0 / 50.0).epsilon(0.03));
    for (const int count : seen) CHECK(count == relative(draws / size).epsilon(0.12));
}
