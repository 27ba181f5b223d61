// The numerical examples of the papers, with the digits that mpmath gives for them.
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "analysis/sharpe_inference.hpp"
#include "made_up_blocks.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr double five_years = 1250; // trading days

// "The deflated Sharpe ratio": 2.5 a year, from five years of days.
SharpeEstimate paper_estimate(double skew, double kurtosis) {
    return {2.5 / std::sqrt(250.0), skew, kurtosis, five_years};
}

constexpr double paper_variance = 0.5 / 250.0; // of the trials' Sharpe ratios: 1/2 a year

SharpeEstimate estimate(const std::vector<double>& returns) {
    const auto n = static_cast<double>(returns.size());
    const double mean = std::accumulate(returns.begin(), returns.end(), 0.0) / n;
    double moments[5] = {};
    for (const double r : returns)
        for (int k = 2; k <= 4; ++k) moments[k] += std::pow(r - mean, k) / n;
    return {mean / std::sqrt(moments[2] * n / (n - 1.0)), moments[3] / std::pow(moments[2], 1.5),
            moments[4] / (moments[2] * moments[2]), n};
}

} // namespace

TEST_CASE("the probabilistic Sharpe ratio of the paper's hedge fund") {
    // Two years of months: 0.982 if returns were normal, 0.913 as they are.
    CHECK(probabilistic_sharpe({0.458, 0.0, 3.0, 24}, 0.0) == relative(0.9816749191).epsilon(1e-9));
    CHECK(probabilistic_sharpe({0.458, -2.448, 10.164, 24}, 0.0) == relative(0.9133610839).epsilon(1e-9));
    CHECK(probabilistic_sharpe({0.458, 0.0, 3.0, 24}, 0.458) == 0.5);
}

TEST_CASE("there is no probability without returns, or with moments that no distribution has") {
    CHECK(std::isnan(probabilistic_sharpe({0.1, 0.0, 3.0, 1}, 0.0)));
    CHECK(std::isnan(probabilistic_sharpe({1.0, 5.0, 3.0, 100}, 0.0)));
    CHECK(std::isnan(probabilistic_sharpe({NAN, 0.0, 3.0, 100}, 0.0)));
}

TEST_CASE("the minimum track record lengths of the paper") {
    // That 2 a year is more than 1, at 95 %: 2.73 years of days, 2.83 of weeks, 3.24 of months.
    const auto years = [](double per_year, double skew, double kurtosis) {
        const SharpeEstimate two = {2.0 / std::sqrt(per_year), skew, kurtosis, 1000};
        return minimum_track_record_length(two, 1.0 / std::sqrt(per_year), 0.95) / per_year;
    };
    CHECK(years(250, 0.0, 3.0) == relative(2.7311878).epsilon(1e-7));
    CHECK(years(52, 0.0, 3.0) == relative(2.8288336).epsilon(1e-7));
    CHECK(years(12, 0.0, 3.0) == relative(3.2398007).epsilon(1e-7));
    CHECK(years(12, -0.72, 5.78) == relative(4.991258224).epsilon(1e-9)); // hedge funds: 4.99
    CHECK(std::isinf(minimum_track_record_length({0.1, 0.0, 3.0, 100}, 0.1, 0.95)));
}

TEST_CASE("the deflated Sharpe ratios of the paper") {
    CHECK(expected_maximum_sharpe(100, paper_variance) == relative(0.113172).epsilon(1e-5));
    CHECK(deflated_sharpe(paper_estimate(-3, 10), 100, paper_variance) ==
          relative(0.900396834449).epsilon(1e-11)); // 0.9004
    CHECK(deflated_sharpe(paper_estimate(-3, 10), 46, paper_variance) ==
          relative(0.950501706876).epsilon(1e-11)); // 0.9505
    CHECK(deflated_sharpe(paper_estimate(0, 3), 88, paper_variance) ==
          relative(0.950490816676).epsilon(1e-11)); // 0.9505
}

TEST_CASE("more trials never make the best of them less surprising") {
    double before = 0.0;
    for (int hundredths = 100; hundredths <= 400; ++hundredths) { // effective numbers are no whole ones
        const double expected = expected_maximum_sharpe(hundredths / 100.0, 0.01);
        REQUIRE(expected >= before);
        before = expected;
    }
    CHECK(before > 0.1); // four draws: 1.03 deviations exactly
    CHECK(minimum_backtest_years(1.05, 1.0) == 0.0);
}

TEST_CASE("one trial is not deflated") {
    CHECK(expected_maximum_sharpe(1, 0.01) == 0.0);
    CHECK(deflated_sharpe(paper_estimate(0, 3), 1, 0.01) == probabilistic_sharpe(paper_estimate(0, 3), 0.0));
}

TEST_CASE("the minimum backtest lengths of the paper") {
    CHECK(minimum_backtest_years(10, 1.574598301) == relative(1.0).epsilon(1e-8)); // 1.57 in a year
    CHECK(minimum_backtest_years(45, 1.0) == relative(4.998087004).epsilon(1e-9)); // 45 in five years
}

TEST_CASE("the best of many strategies without skill is deflated to an even chance") {
    double total = 0.0;
    double undeflated = 0.0;
    constexpr int seeds = 60;
    constexpr std::size_t trials = 100;
    for (int seed = 0; seed < seeds; ++seed) {
        SharpeEstimate best{-1.0, 0.0, 3.0, 0.0};
        double sum = 0.0;
        double squares = 0.0;
        for (const std::vector<double>& returns : noise(trials, 250, 1000 + seed)) {
            const SharpeEstimate e = estimate(returns);
            if (e.sharpe > best.sharpe) best = e;
            sum += e.sharpe;
            squares += e.sharpe * e.sharpe;
        }
        const double variance = (squares - sum * sum / trials) / (trials - 1);
        total += deflated_sharpe(best, trials, variance);
        undeflated += probabilistic_sharpe(best, 0.0);
    }
    CHECK(total / seeds > 0.42);
    CHECK(total / seeds < 0.58);
    CHECK(undeflated / seeds > 0.97); // what one would believe without
}
