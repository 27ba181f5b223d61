// What must hold for every simulation: it is the one of the book, its books balance, and it sees no future.
#include <cmath>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "device/backtests.hpp"
#include "device/naive_columns.hpp"
#include "device/reference_simulation.hpp"
#include "rules/random_rules.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

template <class T>
void cut(std::vector<T>& series, BarRange window) {
    if (series.empty()) return;
    series.resize(window.end);
    series.erase(series.begin(), series.begin() + static_cast<std::ptrdiff_t>(window.first));
}

struct Trial {
    explicit Trial(Dice& dice)
        : text(random_strategy(dice)), strategy(parse_strategy(text, "random")),
          bars(random_bars(dice, 2 + dice.below(500), dice.chance(0.5))), execution(random_execution(dice)) {}

    Recording record() const { return backtest(text, bars, execution); }

    ReferenceResult by_the_book() const { return by_the_book({0, bars.size()}); }

    // Of the bars of a window alone; but columns and signals are those of all bars.
    ReferenceResult by_the_book(BarRange window) const {
        const std::vector<double> parameters = strategy.defaults();
        const auto column = [&](NodeId node) { return naive_column(strategy.graph, node, parameters, bars); };
        ReferenceInputs inputs;
        for (std::size_t i = 0; i < 4; ++i) {
            inputs.signals[i].assign(bars.size(), false);
            if (!strategy.signals[i]) continue;
            const std::vector<double> truth = column(*strategy.signals[i]);
            for (std::size_t t = 0; t < bars.size(); ++t) inputs.signals[i][t] = truth[t] != 0.0;
        }
        if (strategy.stop_distance) inputs.stop_distance = column(*strategy.stop_distance);
        if (strategy.target_distance) inputs.target_distance = column(*strategy.target_distance);
        inputs.size = evaluate_scalar(strategy.graph, strategy.size, parameters);
        inputs.max_hold = evaluate_scalar(strategy.graph, strategy.max_hold, parameters);
        inputs.spacing = evaluate_scalar(strategy.graph, strategy.spacing, parameters);
        for (std::vector<bool>& signal : inputs.signals) cut(signal, window);
        cut(inputs.stop_distance, window);
        cut(inputs.target_distance, window);
        return simulate_by_the_book(strategy, bars_of_window(bars, window), execution, inputs);
    }

    std::string text;
    Strategy strategy;
    Bars bars;
    Execution execution;
};

bool near(double a, double b, double scale) {
    return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(b), scale);
}

// `from`: the found trades' bar that the expected ones call 0.
std::string difference(const std::vector<Trade>& found, const std::vector<Trade>& expected, double capital,
                       std::int64_t from = 0) {
    for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
        const Trade& a = found[i];
        const Trade& b = expected[i];
        const bool same = a.is_long == b.is_long && a.entry_bar - from == b.entry_bar &&
                          a.exit_bar - from == b.exit_bar && a.reason == b.reason &&
                          near(a.units, b.units, 0.0) && near(a.entry_price, b.entry_price, 0.0) &&
                          near(a.exit_price, b.exit_price, 0.0) && near(a.pnl, b.pnl, 1e-3 * capital) &&
                          near(a.fees, b.fees, 1e-3 * capital);
        if (!same)
            return "trade " + std::to_string(i) + " from bar " + std::to_string(a.entry_bar) + " to " +
                   std::to_string(a.exit_bar) + ", " + std::string(a.reason) + " instead of from " +
                   std::to_string(b.entry_bar) + " to " + std::to_string(b.exit_bar) + ", " +
                   std::string(b.reason);
    }
    return found.size() == expected.size() ? "" : "another number of trades";
}

} // namespace

TEST_CASE("random strategies trade as the book says") {
    CHECK(rc::check("trades, equity and counts", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const Recording found = trial.record();
        const ReferenceResult expected = trial.by_the_book();
        const double capital = trial.execution.capital;
        RC_LOG(trial.text);
        RC_LOG(trial.execution.fill);
        RC_ASSERT(difference(found.trades, expected.trades, capital) == "");
        RC_ASSERT(found.equity.size() == expected.equity.size());
        for (std::size_t t = 0; t < found.equity.size(); ++t)
            RC_ASSERT(near(found.equity[t], expected.equity[t], 1e-3 * capital));
        const Statistics& s = found.statistics;
        RC_ASSERT((s.ruined != 0.0) == expected.ruined);
        RC_ASSERT(s.rejected == expected.rejected);
        RC_ASSERT(s.held_bars == expected.held_bars);
        RC_ASSERT(near(s.open_quantity, expected.open_units, 0.0));
        RC_ASSERT(near(s.fees, expected.fees, 1e-3 * capital));
    }));
}

TEST_CASE("a window trades as the book says of its bars alone, with indicators that are warm") {
    int trades = 0;
    CHECK(rc::check("windows", [&](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const std::size_t first = dice.below(trial.bars.size());
        const BarRange window = {first, first + 1 + dice.below(trial.bars.size() - first)};
        const Plan plan = make_plan(trial.strategy, {}, 1, trial.bars.size(), plenty);
        CpuSimulator simulator(trial.strategy, plan, trial.bars, trial.execution, Precision::float64,
                               *available_kernels().front(), 1, {.windows = {window}});
        CpuSimulator::Worker worker(simulator);
        const Recording found = worker.record(default_scenario(trial.strategy), 0, window).value();
        const ReferenceResult expected = trial.by_the_book(window);
        const double capital = trial.execution.capital;
        RC_LOG(trial.text);
        RC_ASSERT(difference(found.trades, expected.trades, capital, static_cast<std::int64_t>(first)) == "");
        RC_ASSERT(found.equity.size() == window.size());
        for (std::size_t t = 0; t < found.equity.size(); ++t)
            RC_ASSERT(near(found.equity[t], expected.equity[t], 1e-3 * capital));
        RC_ASSERT(found.statistics.rejected == expected.rejected);
        RC_ASSERT(found.statistics.held_bars == expected.held_bars);
        const BatchResult swept = worker.run(default_scenario(trial.strategy));
        RC_ASSERT(test::difference(found.statistics, swept.statistics[0]) == "");
        trades += static_cast<int>(found.trades.size());
    }));
    CHECK(trades > 100);
}

TEST_CASE("the account balances: capital, closed trades and the open position make the last equity") {
    CHECK(rc::check("balance", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const Recording r = trial.record();
        const ReferenceResult book = trial.by_the_book();
        if (r.statistics.ruined != 0.0) return; // what is owed beyond the account is forgiven
        double balance = trial.execution.capital;
        double fees = 0.0;
        double turnover = trial.execution.capital;
        for (const Trade& trade : r.trades) {
            balance += trade.pnl;
            fees += trade.fees;
            turnover += trade.units * trade.entry_price;
        }
        if (r.statistics.open_quantity == 0.0) {
            RC_ASSERT(std::fabs(r.equity.back() - balance) <= 1e-12 * turnover);
            RC_ASSERT(std::fabs(r.statistics.fees - fees) <= 1e-12 * turnover);
        } else {
            RC_ASSERT(book.open_units != 0.0);
            RC_ASSERT(r.statistics.fees >= fees * (1.0 - 1e-12)); // the open position's entry was paid too
        }
    }));
}

TEST_CASE("trades are in order, do not overlap, and have positive units and prices") {
    CHECK(rc::check("trades", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const Recording r = trial.record();
        const bool at_close = trial.execution.fill == "close";
        std::int64_t free_from = 0;
        for (const Trade& trade : r.trades) {
            RC_ASSERT(trade.entry_bar >= free_from);
            RC_ASSERT(trade.exit_bar >= trade.entry_bar);
            if (!at_close) RC_ASSERT(trade.entry_bar >= 1); // decided at the close before
            free_from = trade.exit_bar;
            RC_ASSERT(trade.units > 0.0);
            RC_ASSERT(trade.entry_price > 0.0);
            RC_ASSERT(std::isfinite(trade.pnl));
            RC_ASSERT(trade.fees >= 0.0);
            if (trade.reason == "signal" && !at_close) RC_ASSERT(trade.exit_bar > trade.entry_bar);
        }
        RC_ASSERT(r.statistics.trades == static_cast<double>(r.trades.size()));
    }));
}

TEST_CASE("a trade ends at a price that its bar had, and for a reason that the strategy has") {
    CHECK(rc::check("prices", [](std::uint64_t seed) {
        Dice dice(seed);
        const Trial trial(dice);
        const Recording r = trial.record();
        const double slippage = trial.execution.slippage;
        for (const Trade& trade : r.trades) {
            const auto t = static_cast<std::size_t>(trade.exit_bar);
            const bool market =
                trade.reason != "target" && trade.reason != "ruin"; // a limit order does not slip
            const double raw = !market ? trade.exit_price
                                       : trade.exit_price / (trade.is_long ? 1.0 - slippage : 1.0 + slippage);
            RC_ASSERT(raw >= trial.bars.low[t] * (1.0 - 1e-12));
            RC_ASSERT(raw <= trial.bars.high[t] * (1.0 + 1e-12));
            if (trade.reason == "stop") RC_ASSERT(trial.strategy.stop_distance.has_value());
            if (trade.reason == "target") RC_ASSERT(trial.strategy.target_distance.has_value());
            if (trade.reason == "end") RC_ASSERT(trial.execution.close_at_end);
            if (trade.reason == "ruin") RC_ASSERT(r.statistics.ruined != 0.0);
            // without trailing a stop loses, and a target wins before costs
            const double gain = (trade.is_long ? 1.0 : -1.0) * (trade.exit_price - trade.entry_price);
            if (trade.reason == "stop" && !trial.strategy.trailing) RC_ASSERT(gain <= 0.0);
            if (trade.reason == "target") RC_ASSERT(gain >= 0.0);
        }
    }));
}

TEST_CASE("what comes later changes nothing earlier") {
    CHECK(rc::check("truncated bars", [](std::uint64_t seed) {
        Dice dice(seed);
        Trial trial(dice);
        trial.execution.close_at_end = false;
        const Recording whole = trial.record();
        const std::size_t count = 1 + dice.below(trial.bars.size());
        trial.bars = first_bars(trial.bars, count);
        const Recording start = trial.record();
        RC_LOG(trial.text);
        // the last bar's orders are dropped, so with fill = "close" its equity may differ
        for (std::size_t t = 0; t + 1 < count; ++t) RC_ASSERT(same_bits(start.equity[t], whole.equity[t]));
        std::size_t closed = 0;
        for (const Trade& trade : whole.trades) {
            if (trade.exit_bar + 1 >= static_cast<std::int64_t>(count)) break;
            RC_ASSERT(closed < start.trades.size());
            const Trade& same = start.trades[closed++];
            RC_ASSERT(same.entry_bar == trade.entry_bar);
            RC_ASSERT(same.exit_bar == trade.exit_bar);
            RC_ASSERT(same_bits(same.pnl, trade.pnl));
            RC_ASSERT(same_bits(same.exit_price, trade.exit_price));
            RC_ASSERT(same.reason == trade.reason);
        }
        for (std::size_t i = closed; i < start.trades.size(); ++i)
            RC_ASSERT(start.trades[i].exit_bar + 1 >= static_cast<std::int64_t>(count));
    }));
}

TEST_CASE("doubling all prices with fixed cash halves the units and leaves the profit") {
    CHECK(rc::check("a power of two is exact", [](std::uint64_t seed) {
        Dice dice(seed);
        Trial trial(dice);
        trial.text =
            "[rules]\nenter_long = \"crossover(close, sma(close, 9))\"\nenter_short = \"crossunder(close, "
            "sma(close, 5))\"\n[risk]\nstop_distance = \"2 * atr(5)\"\ntrailing = true\ntarget_distance = "
            "\"0.02 * close\"\nsize = { cash = 2048.0 }\n";
        const Recording once = trial.record();
        for (auto* field : {&trial.bars.open, &trial.bars.high, &trial.bars.low, &trial.bars.close})
            for (double& price : *field) price *= 2.0;
        const Recording twice = trial.record();
        RC_ASSERT(once.trades.size() == twice.trades.size());
        for (std::size_t i = 0; i < once.trades.size(); ++i) {
            RC_ASSERT(twice.trades[i].units == once.trades[i].units * 0.5);
            RC_ASSERT(same_bits(twice.trades[i].pnl, once.trades[i].pnl));
        }
        RC_ASSERT(test::difference(once.statistics, [&] {
                      Statistics s = twice.statistics;
                      s.open_quantity *= 2.0;
                      return s;
                  }()) == "");
    }));
}

TEST_CASE("after ruin nothing happens any more") {
    int seen = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        const Trial trial(dice);
        const Recording r = trial.record();
        bool ended = false;
        for (const double equity : r.equity) {
            if (ended) CHECK(equity == 0.0);
            CHECK(equity >= 0.0);
            ended |= equity == 0.0;
        }
        CHECK(ended == (r.statistics.ruined != 0.0));
        if (!ended) continue;
        ++seen;
        CHECK(r.statistics.open_quantity == 0.0);
        CHECK(r.statistics.final_equity == 0.0);
        CHECK(r.statistics.max_drawdown == 1.0);
        std::int64_t at = 0;
        while (r.equity[static_cast<std::size_t>(at)] > 0.0) ++at;
        for (const Trade& trade : r.trades) CHECK(trade.exit_bar <= at);
    }
    CHECK(seen > 10);
}
