// Metrics from sufficient statistics against their definitions (SEMANTICS section 7) on equity curve and
// trades.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "analysis/metrics.hpp"
#include "base/number_text.hpp"
#include "device/backtests.hpp"
#include "rules/random_rules.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Real = long double;
using Values = std::vector<Real>;

constexpr Real undefined = std::numeric_limits<Real>::quiet_NaN();

Real sum(const Values& x) {
    Real total = 0.0L;
    for (const Real v : x) total += v;
    return total;
}
Real ratio(Real a, Real b) { return b == 0.0L ? undefined : a / b; }
Real mean(const Values& x) { return ratio(sum(x), static_cast<Real>(x.size())); }
Real power_sum(const Values& x, Real about, int power) {
    Real total = 0.0L;
    for (const Real v : x) total += std::pow(v - about, static_cast<Real>(power));
    return total;
}
Real deviation(const Values& x) { // ddof 1
    return x.size() > 1 ? std::sqrt(power_sum(x, mean(x), 2) / static_cast<Real>(x.size() - 1)) : undefined;
}
template <class Function>
Values mapped(const Values& x, Function function) {
    Values out;
    for (const Real v : x) out.push_back(function(v));
    return out;
}

std::map<std::string, Real> curve_metrics(const Recording& r, const MetricContext& context) {
    const Values e(r.equity.begin(), r.equity.end());
    const Real n = static_cast<Real>(e.size());
    const Real annual = (n - 1.0L) / static_cast<Real>(context.years);
    Values returns;
    for (std::size_t t = 1; t < e.size(); ++t)
        returns.push_back(e[t - 1] > 0.0L ? e[t] / e[t - 1] - 1.0L : 0.0L);
    Values drawdowns;
    Real peak = e[0];
    int below = 0;
    int longest = 0;
    for (const Real v : e) {
        peak = std::max(peak, v);
        drawdowns.push_back((peak - v) / peak);
        below = v < peak ? below + 1 : 0;
        longest = std::max(longest, below);
    }
    const Real m = mean(returns);
    const Real count = static_cast<Real>(returns.size());
    const Real m2 = power_sum(returns, m, 2) / count;
    const Real total = e.back() / static_cast<Real>(context.capital);
    const Real deepest = *std::max_element(drawdowns.begin(), drawdowns.end());
    std::map<std::string, Real> out;
    out["total_return"] = total - 1.0L;
    out["cagr"] = std::pow(total, 1.0L / static_cast<Real>(context.years)) - 1.0L;
    out["volatility"] = deviation(returns) * std::sqrt(annual);
    out["sharpe"] = ratio(m, deviation(returns)) * std::sqrt(annual);
    const Real down = mean(mapped(returns, [](Real v) { return std::min(v, 0.0L) * std::min(v, 0.0L); }));
    out["sortino"] = ratio(m, std::sqrt(down)) * std::sqrt(annual);
    out["max_drawdown"] = deepest;
    out["max_drawdown_bars"] = longest;
    out["calmar"] = ratio(out["cagr"], deepest);
    const Real gains = sum(mapped(returns, [](Real v) { return std::max(v, 0.0L); }));
    const Real losses = sum(mapped(returns, [](Real v) { return std::max(-v, 0.0L); }));
    out["omega"] = ratio(gains, losses);
    out["ulcer_index"] = std::sqrt(mean(mapped(drawdowns, [](Real v) { return v * v; })));
    out["skew"] = ratio(power_sum(returns, m, 3) / count, std::pow(m2, 1.5L));
    out["kurtosis"] = ratio(power_sum(returns, m, 4) / count, m2 * m2);
    out["final_equity"] = e.back();
    // Where all returns are nearly alike, sums of powers hold no digit of their spread; and a return is a
    // quotient near 1, rounded at 1e-16: what is made of tiny ones alone is made of rounding.
    if (m2 < 1e-6L * m * m || (m2 > 0.0L && m2 < 1e-12L))
        for (const char* name : {"volatility", "sharpe", "skew", "kurtosis"}) out.erase(name);
    const auto tiny = [](Real x) { return x > 0.0L && x < 1e-5L; };
    if (tiny(gains) || tiny(losses))
        for (const char* name : {"omega", "sortino"}) out.erase(name);
    if (tiny(deepest))
        for (const char* name : {"calmar", "max_drawdown", "ulcer_index"}) out.erase(name);
    return out;
}

std::map<std::string, Real> trade_metrics(const Recording& r, std::size_t bars) {
    Values pnl;
    Values wins;
    Values losses;
    Real longs = 0.0L;
    Real held = 0.0L;
    int streak = 0;
    int longest = 0;
    for (const Trade& trade : r.trades) {
        pnl.push_back(static_cast<Real>(trade.pnl));
        (trade.pnl > 0.0 ? wins : losses).push_back(pnl.back());
        longs += trade.is_long ? 1.0L : 0.0L;
        held += static_cast<Real>(trade.exit_bar - trade.entry_bar);
        streak = trade.pnl > 0.0 ? 0 : streak + 1;
        longest = std::max(longest, streak);
    }
    const Real count = static_cast<Real>(pnl.size());
    std::map<std::string, Real> out;
    out["trades"] = count;
    out["long_trades"] = longs;
    out["short_trades"] = count - longs;
    out["open_trades"] = r.statistics.open_quantity != 0.0 ? 1.0L : 0.0L;
    out["win_rate"] = ratio(static_cast<Real>(wins.size()), count);
    out["profit_factor"] = ratio(sum(wins), std::fabs(sum(losses)));
    out["expectancy"] = mean(pnl);
    out["best_trade"] = pnl.empty() ? undefined : *std::max_element(pnl.begin(), pnl.end());
    out["worst_trade"] = pnl.empty() ? undefined : *std::min_element(pnl.begin(), pnl.end());
    out["avg_win"] = mean(wins);
    out["avg_loss"] = mean(losses);
    if (!(deviation(pnl) < 1e-6L * std::fabs(mean(pnl)))) // otherwise the deviation is rounding
        out["sqn"] = ratio(std::sqrt(count) * mean(pnl), deviation(pnl));
    out["avg_hold_bars"] = ratio(held, count);
    out["max_losing_streak"] = longest;
    if (r.statistics.open_quantity ==
        0.0) { // otherwise the recording does not tell when the open position began
        out["exposure"] = held / static_cast<Real>(bars);
        Real fees = 0.0L;
        for (const Trade& trade : r.trades) fees += static_cast<Real>(trade.fees);
        out["fees"] = fees;
    }
    return out;
}

std::map<std::string, double> computed(const Recording& r, const MetricContext& context) {
    std::vector<double> values(metrics().size());
    compute_metrics(r.statistics, context, values);
    std::map<std::string, double> out;
    for (std::size_t i = 0; i < values.size(); ++i) out[metrics()[i].name] = values[i];
    return out;
}

// How many times larger the mean square of the returns is than their variance. Sums of powers lose that much
// of the second moment, and the more of higher ones.
Real cancellation(const Statistics& s, std::size_t bars) {
    const Real count = static_cast<Real>(bars) - 1.0L;
    const Real m = static_cast<Real>(s.return_sum) / count;
    const Real square = static_cast<Real>(s.return_squares) / count;
    return square > 0.0L ? square / std::max(square - m * m, 1e-18L * square) : 1.0L;
}

// A metric that is a difference of larger numbers is as exact as those are.
Real allowed(const std::string& name, Real expected, Real capital, Real cancelled) {
    constexpr Real relative = 1e-9L;
    Real scale = std::fabs(expected);
    if (name == "skew" || name == "total_return" || name == "cagr" || name == "sharpe" || name == "sortino" ||
        name == "calmar" || name == "sqn")
        scale = std::max(scale, 1.0L);
    if (name == "expectancy" || name.ends_with("_trade") || name.starts_with("avg_") || name == "fees")
        scale = std::max(scale, 1e-4L * capital);
    Real lost = 0.0L;
    if (name == "volatility" || name == "sharpe") lost = cancelled;
    if (name == "skew") lost = cancelled * std::sqrt(cancelled);
    if (name == "kurtosis") lost = cancelled * cancelled;
    return (relative + 1e-13L * lost) * scale;
}

std::string mismatch(const Recording& r, const MetricContext& context) {
    std::map<std::string, Real> expected = curve_metrics(r, context);
    expected.merge(trade_metrics(r, context.bars));
    const std::map<std::string, double> found = computed(r, context);
    const Real cancelled = cancellation(r.statistics, context.bars);
    for (const auto& [name, value] : expected) {
        if (found.count(name) == 0) return "there is no " + name;
        const Real got = static_cast<Real>(found.at(name));
        if (std::isnan(got) && std::isnan(value)) continue;
        if (!(std::fabs(got - value) <= allowed(name, value, static_cast<Real>(context.capital), cancelled)))
            return name + ": " + shortest_text(found.at(name)) + " instead of " +
                   shortest_text(static_cast<double>(value));
    }
    return "";
}

MetricContext context_of(const Bars& bars, const Execution& execution) {
    return {bars.size(), static_cast<double>(bars.size() - 1) / 252.0, execution.capital};
}

const std::string buy_at_first = "[rules]\nenter_long = \"open == 100\"\nexit_long = \"close == 120\"\n";

} // namespace

TEST_CASE("metrics are their definitions, to 1e-9") {
    CHECK(rc::check("random strategies", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::string text = random_strategy(dice);
        const Bars bars = random_bars(dice, 3 + dice.below(500), dice.chance(0.3));
        const Execution execution = random_execution(dice);
        const Recording r = backtest(text, bars, execution);
        if (r.equity[0] == 0.0) return; // ruined by the first fill: there is no peak to measure from
        RC_LOG(text);
        RC_ASSERT(mismatch(r, context_of(bars, execution)) == "");
    }));
}

TEST_CASE("every metric of the contract is there, once") {
    const std::vector<std::string> names = metric_names();
    const std::vector<std::string> contract = {"total_return",
                                               "cagr",
                                               "volatility",
                                               "sharpe",
                                               "sortino",
                                               "max_drawdown",
                                               "max_drawdown_bars",
                                               "calmar",
                                               "omega",
                                               "ulcer_index",
                                               "skew",
                                               "kurtosis",
                                               "exposure",
                                               "trades",
                                               "long_trades",
                                               "short_trades",
                                               "open_trades",
                                               "win_rate",
                                               "profit_factor",
                                               "expectancy",
                                               "best_trade",
                                               "worst_trade",
                                               "avg_win",
                                               "avg_loss",
                                               "sqn",
                                               "avg_hold_bars",
                                               "max_losing_streak",
                                               "fees",
                                               "rejected_entries",
                                               "final_equity"};
    CHECK(names.size() == contract.size());
    for (const std::string& name : contract) CHECK(std::count(names.begin(), names.end(), name) == 1);
}

TEST_CASE("without trades what has no value is undefined, and the rest is 0") {
    const Bars bars = bars_of({{10, 11, 9, 10}, {10, 11, 9, 10}, {10, 11, 9, 10}});
    const Recording r = backtest(buy_at_first, bars);
    const std::map<std::string, double> m = computed(r, context_of(bars, {}));
    for (const char* name :
         {"sharpe", "sortino", "calmar", "omega", "skew", "kurtosis", "win_rate", "profit_factor",
          "expectancy", "best_trade", "worst_trade", "avg_win", "avg_loss", "sqn", "avg_hold_bars"}) {
        CAPTURE(name);
        CHECK(std::isnan(m.at(name)));
    }
    for (const char* name :
         {"total_return", "cagr", "volatility", "max_drawdown", "max_drawdown_bars", "ulcer_index",
          "exposure", "trades", "open_trades", "max_losing_streak", "fees", "rejected_entries"}) {
        CAPTURE(name);
        CHECK(m.at(name) == 0.0);
    }
    CHECK(m.at("final_equity") == 10'000.0);
    CHECK(mismatch(r, context_of(bars, {})) == "");
}

TEST_CASE("one trade has a mean but no deviation") {
    const Bars bars =
        bars_of({{100, 100, 100, 100}, {105, 105, 105, 105}, {110, 120, 105, 120}, {115, 115, 115, 115}});
    const Recording r = backtest(buy_at_first, bars);
    const std::map<std::string, double> m = computed(r, context_of(bars, {}));
    REQUIRE(r.trades.size() == 1); // bought at 105, sold at 115
    CHECK(m.at("trades") == 1.0);
    CHECK(m.at("win_rate") == 1.0);
    CHECK(m.at("expectancy") == doctest::Approx(10'000.0 / 105.0 * 10.0));
    CHECK(m.at("best_trade") == m.at("worst_trade"));
    CHECK(std::isnan(m.at("sqn")));
    CHECK(std::isnan(m.at("profit_factor")));
    CHECK(std::isnan(m.at("avg_loss")));
    CHECK(m.at("avg_hold_bars") == 2.0);
    CHECK(m.at("exposure") == 0.5);
    CHECK(mismatch(r, context_of(bars, {})) == "");
}

TEST_CASE("a ruined scenario has lost everything, and its metrics say so") {
    const Bars bars =
        bars_of({{100, 100, 100, 100}, {100, 100, 100, 100}, {60, 60, 40, 40}, {50, 50, 50, 50}});
    Execution execution;
    execution.leverage = 3.0;
    const Recording r = backtest("[rules]\nenter_long = \"close == 100\"\n[risk]\nsize = { equity = 3.0 }\n",
                                 bars, execution);
    const std::map<std::string, double> m = computed(r, context_of(bars, execution));
    CHECK(r.statistics.ruined == 1.0);
    CHECK(m.at("total_return") == -1.0);
    CHECK(m.at("cagr") == -1.0);
    CHECK(m.at("max_drawdown") == 1.0);
    CHECK(m.at("final_equity") == 0.0);
    CHECK(mismatch(r, context_of(bars, execution)) == "");
}
