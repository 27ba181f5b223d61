#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "analysis/overfitting.hpp"
#include "made_up_blocks.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

Statistics statistics_of(const std::vector<double>& returns) {
    Statistics s;
    for (const double r : returns) {
        s.return_sum += r;
        s.return_squares += r * r;
        s.return_cubes += r * r * r;
        s.return_fourths += r * r * r * r;
    }
    return s;
}

OverfittingReport assess(const Returns& returns) {
    const ReturnBlocks blocks = cut(returns, 16);
    const std::size_t best = best_trial(blocks);
    return assess_overfitting(blocks, best < returns.size() ? statistics_of(returns[best]) : Statistics{},
                              252.0, 2);
}

} // namespace

TEST_CASE("the best of random strategies is told to be the luckiest") {
    double deflated = 0.0;
    double overfitted = 0.0;
    constexpr int seeds = 20;
    for (int seed = 0; seed < seeds; ++seed) {
        const OverfittingReport report = assess(noise(60, 480, 900 + seed));
        CHECK(report.trials == 60);
        CHECK(report.effective.trials > 50.0);
        deflated += report.deflated / seeds;
        overfitted += report.cross_validation.overfitting_probability / seeds;
    }
    CHECK(deflated > 0.35);
    CHECK(deflated < 0.65);
    CHECK(overfitted > 0.35);
    CHECK(overfitted < 0.65);
}

TEST_CASE("one with skill among many without is told to be more than luck") {
    std::vector<double> means(60, 0.0);
    means[31] = 0.004;
    const OverfittingReport report = assess(normal_returns(means, 800, 3));
    CHECK(report.best == 10 + 31);
    CHECK(report.estimate.sharpe == relative(0.4).epsilon(0.2));
    CHECK(report.estimate.kurtosis == relative(3.0).epsilon(0.2));
    CHECK(report.estimate.returns == 800.0);
    CHECK(report.deflated > 0.99);
    CHECK(report.cross_validation.overfitting_probability < 0.01);
    CHECK(report.reality_check.white < 0.01);
    CHECK(report.track_record < 100.0);
    CHECK(report.backtest_years < 1.0);
}

TEST_CASE("its numbers are those of the parts") {
    const Returns returns = noise(40, 320, 4);
    const OverfittingReport report = assess(returns);
    double sum = 0.0;
    double squares = 0.0;
    double best = -1.0;
    for (const std::vector<double>& trial : returns) {
        const Statistics s = statistics_of(trial);
        const double mean = s.return_sum / 320.0;
        const double sharpe = mean / std::sqrt((s.return_squares - 320.0 * mean * mean) / 319.0);
        sum += sharpe;
        squares += sharpe * sharpe;
        best = std::max(best, sharpe);
    }
    CHECK(report.estimate.sharpe == relative(best).epsilon(1e-9));
    CHECK(report.sharpe_variance == relative((squares - sum * sum / 40.0) / 39.0).epsilon(1e-9));
    CHECK(report.expected_sharpe == expected_maximum_sharpe(report.effective.trials, report.sharpe_variance));
    CHECK(report.deflated == probabilistic_sharpe(report.estimate, report.expected_sharpe));
}

TEST_CASE("where nobody trades there is nothing to say") {
    const OverfittingReport report = assess(Returns(5, std::vector<double>(64, 0.0)));
    CHECK(report.scenarios == 5);
    CHECK(report.trials == 0);
    const OverfittingReport none = assess_overfitting({}, {}, 252.0, 1);
    CHECK(none.trials == 0);
}
