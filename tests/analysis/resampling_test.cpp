#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "analysis/outcomes.hpp"
#include "analysis/return_resampling.hpp"
#include "analysis/trade_resampling.hpp"
#include "made_up_blocks.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

// Relative errors are looked for in numbers near 1: doctest's epsilon is absolute for small ones.

namespace {

std::vector<double> curve_of(const std::vector<double>& returns) {
    std::vector<double> equity = {100.0};
    for (const double r : returns) equity.push_back(equity.back() * (1.0 + r));
    return equity;
}

double drawdown_of(const std::vector<double>& equity) {
    double peak = equity[0];
    double deepest = 0.0;
    for (const double value : equity) {
        peak = std::max(peak, value);
        deepest = std::max(deepest, (peak - value) / peak);
    }
    return deepest;
}

double sharpe_of(const std::vector<double>& equity, double bars_per_year) {
    std::vector<double> returns;
    for (std::size_t t = 1; t < equity.size(); ++t) returns.push_back(equity[t] / equity[t - 1] - 1.0);
    const auto n = static_cast<double>(returns.size());
    const double mean = std::accumulate(returns.begin(), returns.end(), 0.0) / n;
    double squares = 0.0;
    for (const double r : returns) squares += (r - mean) * (r - mean);
    return mean / std::sqrt(squares / (n - 1.0)) * std::sqrt(bars_per_year);
}

bool same(const std::vector<Outcome>& a, const std::vector<Outcome>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Outcome& x, const Outcome& y) {
        return x.total_return == y.total_return && x.max_drawdown == y.max_drawdown && x.sharpe == y.sharpe &&
               x.ruined == y.ruined;
    });
}

} // namespace

TEST_CASE("quantiles lie between order statistics") {
    const std::vector<double> values = {1.0, 2.0, 4.0, 8.0};
    CHECK(quantile(values, 0.0) == 1.0);
    CHECK(quantile(values, 1.0) == 8.0);
    CHECK(quantile(values, 0.5) == 3.0);
    CHECK(quantile(values, 0.25) == 1.75); // as numpy.quantile
    CHECK(std::isnan(quantile({}, 0.5)));
}

TEST_CASE("a summary counts ruin and losses, and bounds the worse side") {
    std::vector<Outcome> outcomes;
    for (int i = 0; i <= 100; ++i)
        outcomes.push_back({i / 100.0 - 0.2, i / 100.0, i == 0 ? NAN : 1.0 * i, i == 100});
    const OutcomeSummary s = summarise(outcomes, std::vector<double>{0.95}, 0.9);
    CHECK(s.simulations == 101);
    CHECK(s.loss_probability == relative(20.0 / 101));
    CHECK(s.ruin_probability == relative(11.0 / 101));
    CHECK(s.total_return.at_levels[0] == relative(-0.15));
    CHECK(s.max_drawdown.at_levels[0] == relative(0.95));
    CHECK(s.sharpe.mean == relative(50.5)); // of those that have one
    const std::vector<Outcome> lost = {{-1.0, 0.2, 0.0, true}, {0.1, 0.2, 0.0, false}};
    CHECK(summarise(lost, std::vector<double>{0.95}, 0.9).ruin_probability == 0.5); // without a drawdown
    CHECK(summarise({}, std::vector<double>{0.95}, 0.5).ruin_probability == 0.0);
}

TEST_CASE("shuffled trades end where they ended, by other ways") {
    const std::vector<double> profits = {500.0, -300.0, 200.0, -700.0, 900.0, 100.0, -50.0};
    for (const bool compound : {true, false}) {
        const TradeResults trades = trade_results(profits, compound, 10'000.0, 2.0);
        CHECK(trades.trades_per_year == 3.5);
        const std::vector<Outcome> outcomes = shuffle_trades(trades, 2000, 1, 2);
        double least = 1.0;
        double most = 0.0;
        for (const Outcome& outcome : outcomes) {
            CHECK(outcome.total_return == relative(0.065).epsilon(1e-9));
            CHECK(outcome.sharpe == relative(outcomes[0].sharpe).epsilon(1e-9));
            least = std::min(least, outcome.max_drawdown);
            most = std::max(most, outcome.max_drawdown);
        }
        if (compound) continue;
        // Worst: all losses before any gain; best: the largest loss alone, at the highest peak.
        CHECK(most == relative(1050.0 / 10'000.0));
        CHECK(least / (700.0 / 11'700.0) == relative(1.0).epsilon(0.08));
    }
}

TEST_CASE("every order of trades is as likely as the others") {
    // With three results a, b, c that double, and lose or keep money, the drawdown tells which comes when.
    const TradeResults trades = trade_results(std::vector<double>{-10.0, 100.0, -20.0}, false, 100.0, 1.0);
    int losses_first = 0;
    const std::vector<Outcome> outcomes = shuffle_trades(trades, 6000, 2, 2);
    for (const Outcome& outcome : outcomes)
        if (outcome.max_drawdown == relative(0.3)) ++losses_first; // two of six orders
    CHECK(losses_first == relative(2000).epsilon(0.07));
}

TEST_CASE("every trade is drawn as often as the others") {
    for (std::size_t gain = 0; gain < 4; ++gain) {
        std::vector<double> profits(4, 0.0);
        profits[gain] = 1.0;
        const TradeResults trades = trade_results(profits, false, 1.0, 1.0);
        double total = 0.0;
        for (const Outcome& outcome : bootstrap_trades(trades, 4000, 5, 2)) total += outcome.total_return;
        CHECK(total / 4000.0 == relative(1.0).epsilon(0.03)); // ±0.06, of 0.014
    }
}

TEST_CASE("the Sharpe ratio of simulated trades is a year's, of their results") {
    const TradeResults trades = trade_results(std::vector<double>{1.0, 3.0, 2.0, 6.0}, false, 100.0, 0.5);
    const double mean = 3.0;
    const double deviation = std::sqrt((4.0 + 0.0 + 1.0 + 9.0) / 3.0);
    for (const Outcome& outcome : shuffle_trades(trades, 3, 1, 1))
        CHECK(outcome.sharpe == relative(mean / deviation * std::sqrt(4 / 0.5)).epsilon(1e-12));
}

TEST_CASE("drawn trades vary as a sample does") {
    Returns made = normal_returns({0.001}, 400, 3);
    std::vector<double> profits;
    for (const double r : made[0]) profits.push_back(100.0 * r);
    const TradeResults trades = trade_results(profits, false, 100.0, 1.0);
    std::vector<double> totals;
    for (const Outcome& outcome : bootstrap_trades(trades, 4000, 4, 2))
        totals.push_back(outcome.total_return);
    const double mean = std::accumulate(totals.begin(), totals.end(), 0.0) / 4000.0;
    double spread = 0.0;
    for (const double total : totals) spread += (total - mean) * (total - mean) / 4000.0;
    const double sum = std::accumulate(made[0].begin(), made[0].end(), 0.0);
    CHECK(mean / sum == relative(1.0).epsilon(0.03));
    CHECK(std::sqrt(spread) / (0.01 * 20.0) == relative(1.0).epsilon(0.05)); // σ·√n
}

TEST_CASE("an account that is lost stays lost") {
    const TradeResults trades = trade_results(std::vector<double>{-60.0, -60.0, 500.0}, false, 100.0, 1.0);
    CHECK(trades.results.size() == 2); // the third came after the end
    for (const Outcome& outcome : shuffle_trades(trades, 10, 1, 1)) {
        CHECK(outcome.ruined);
        CHECK(outcome.total_return == -1.0);
        CHECK(outcome.max_drawdown == 1.0);
    }
    // Where the gain comes last there is nothing left to trade it with: two orders of six.
    const TradeResults late{{-60.0, -60.0, 500.0}, false, 100.0, 3.0};
    int ruined = 0;
    for (const Outcome& outcome : shuffle_trades(late, 3000, 1, 2)) {
        ruined += outcome.ruined ? 1 : 0;
        CHECK(outcome.total_return == relative(outcome.ruined ? -1.0 : 3.8));
    }
    CHECK(ruined == relative(1000).epsilon(0.05));
}

TEST_CASE("stretches of a curve put together again are the curve") {
    const Returns made = noise(1, 997, 5);
    const std::vector<double>& returns = made[0];
    const std::vector<double> equity = curve_of(returns);
    for (const std::size_t most : {1u, 10u, 100u, 5000u}) {
        const CurveStretches curve = cut_curve(equity, 252.0, most);
        CHECK(curve.stretches.size() == std::min<std::size_t>(most, 997));
        double at = 1.0;
        double peak = 1.0;
        double deepest = 0.0;
        double sum = 0.0;
        for (const CurveStretch& stretch : curve.stretches) {
            deepest = std::max({deepest, stretch.drawdown, (peak - at * stretch.lowest) / peak});
            peak = std::max(peak, at * stretch.highest);
            at *= stretch.growth;
            sum += stretch.return_sum;
        }
        CHECK(at == relative(equity.back() / 100.0).epsilon(1e-12));
        CHECK(deepest == relative(drawdown_of(equity)).epsilon(1e-12));
        CHECK(sum == relative(std::accumulate(returns.begin(), returns.end(), 0.0)).epsilon(1e-12));
    }
}

TEST_CASE("the drawdown of resampled returns is that of every close") {
    // One stretch over everything, which can only come as it is.
    const std::vector<double> equity = curve_of(noise(1, 300, 6)[0]);
    for (const Outcome& outcome : bootstrap_returns(cut_curve(equity, 252.0, 1), 10.0, 5, 1, 1)) {
        CHECK(outcome.max_drawdown == relative(drawdown_of(equity)).epsilon(1e-12));
        CHECK(outcome.total_return == relative(equity.back() / 100.0 - 1.0).epsilon(1e-12));
        CHECK(outcome.sharpe == relative(sharpe_of(equity, 252.0)).epsilon(1e-9));
    }
}

TEST_CASE("blocks are so many bars long, whatever the stretches") {
    const std::vector<double> equity = curve_of(noise(1, 1000, 11)[0]);
    const CurveStretches tens = cut_curve(equity, 252.0, 100);
    CurveStretches ones = tens; // the same as if each were of one bar
    ones.bars_per_stretch = 1.0;
    CHECK(same(bootstrap_returns(tens, 50.0, 200, 1, 1), bootstrap_returns(ones, 5.0, 200, 1, 1)));
    CHECK_FALSE(same(bootstrap_returns(tens, 50.0, 200, 1, 1), bootstrap_returns(tens, 60.0, 200, 1, 1)));
    CHECK(same(bootstrap_returns(tens, 3.0, 200, 1, 1), bootstrap_returns(tens, 10.0, 200, 1, 1)));
}

TEST_CASE("a fall through several stretches is one drawdown") {
    // The same loss at every bar: any order of them is the same curve.
    const std::vector<double> equity = curve_of(std::vector<double>(100, -0.005));
    for (const std::size_t most : {100u, 10u})
        for (const Outcome& outcome : bootstrap_returns(cut_curve(equity, 252.0, most), 3.0, 5, 1, 1))
            CHECK(outcome.max_drawdown == relative(1.0 - std::pow(0.995, 100)).epsilon(1e-12));
}

TEST_CASE("resampled returns vary as a sample does, and longer blocks keep what follows what") {
    const auto spread_of_log_growth = [](const std::vector<double>& equity, double block) {
        double sum = 0.0;
        double squares = 0.0;
        for (const Outcome& outcome : bootstrap_returns(cut_curve(equity, 252.0, 1000), block, 3000, 1, 2)) {
            const double growth = std::log1p(outcome.total_return);
            sum += growth / 3000.0;
            squares += growth * growth / 3000.0;
        }
        return std::sqrt(squares - sum * sum);
    };
    const std::vector<double> apart = curve_of(noise(1, 1000, 7)[0]);
    CHECK(spread_of_log_growth(apart, 1.0) / (0.01 * std::sqrt(1000.0)) == relative(1.0).epsilon(0.05));
    // Returns that come five times in a row: single draws do not see that they belong together.
    std::vector<double> runs;
    const Returns once = noise(1, 200, 8);
    for (const double r : once[0]) runs.insert(runs.end(), 5, r);
    const double ratio =
        spread_of_log_growth(curve_of(runs), 50.0) / spread_of_log_growth(curve_of(runs), 1.0);
    CHECK(ratio > 1.8); // √5 for very long blocks
    CHECK(ratio < 2.5);
}

TEST_CASE("simulations are the same with any number of threads, and others with another seed") {
    const CurveStretches curve = cut_curve(curve_of(noise(1, 500, 9)[0]), 252.0, 100);
    const TradeResults trades = trade_results(noise(1, 50, 10)[0], true, 1.0, 1.0);
    for (const std::size_t threads : {2u, 5u}) {
        CHECK(
            same(bootstrap_returns(curve, 20.0, 333, 1, threads), bootstrap_returns(curve, 20.0, 333, 1, 1)));
        CHECK(same(shuffle_trades(trades, 333, 1, threads), shuffle_trades(trades, 333, 1, 1)));
        CHECK(same(bootstrap_trades(trades, 333, 1, threads), bootstrap_trades(trades, 333, 1, 1)));
    }
    CHECK_FALSE(same(bootstrap_returns(curve, 20.0, 333, 1, 1), bootstrap_returns(curve, 20.0, 333, 2, 1)));
    CHECK_FALSE(same(bootstrap_trades(trades, 333, 1, 1), bootstrap_trades(trades, 333, 2, 1)));
}
