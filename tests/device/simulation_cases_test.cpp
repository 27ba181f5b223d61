// Cases worked by hand from SEMANTICS sections 1 to 4. Signals are given by bar: the volume of bar t is t
// + 1.
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "device/backtests.hpp"

using namespace threadx;
using namespace threadx::test;
using doctest::Approx;

namespace {

std::string at(int bar) { return fmt::format("volume == {}", bar + 1); }

struct Case {
    std::string enter_long = "false";
    std::string exit_long = "false";
    std::string enter_short = "false";
    std::string exit_short = "false";
    std::string risk = "size = { units = 10 }\n";

    Recording run(const Bars& bars, const Execution& execution = {}) const {
        return backtest(fmt::format("[rules]\nenter_long = \"{}\"\nexit_long = \"{}\"\nenter_short = \"{}\"\n"
                                    "exit_short = \"{}\"\n[risk]\n{}",
                                    enter_long, exit_long, enter_short, exit_short, risk),
                        bars, execution);
    }
};

Case long_at_0(const std::string& risk) {
    return {at(0), "false", "false", "false", "size = { units = 10 }\n" + risk};
}
Case short_at_0(const std::string& risk) {
    return {"false", "false", at(0), "false", "size = { units = 10 }\n" + risk};
}

Execution with(auto Execution::*member, auto value) {
    Execution execution;
    execution.*member = value;
    return execution;
}

const std::array<double, 4> flat = {100, 100, 100, 100};

void check_trade(const Trade& trade, std::int64_t entry_bar, double entry, std::int64_t exit_bar, double exit,
                 std::string_view reason) {
    CHECK(trade.entry_bar == entry_bar);
    CHECK(trade.entry_price == Approx(entry).epsilon(1e-12));
    CHECK(trade.exit_bar == exit_bar);
    CHECK(trade.exit_price == Approx(exit).epsilon(1e-12));
    CHECK(trade.reason == reason);
}

} // namespace

TEST_CASE("an order fills at the next open, worse by the slippage, and pays fees on both sides") {
    const Bars bars = bars_of(
        {flat, {102, 103, 101, 102}, {104, 105, 103, 104}, {106, 107, 105, 106}, {110, 110, 110, 110}});
    Execution execution;
    execution.fee = 0.001;
    execution.slippage = 0.01;
    const Recording r = Case{at(0), at(2)}.run(bars, execution);
    REQUIRE(r.trades.size() == 1);
    check_trade(r.trades[0], 1, 103.02, 3, 104.94, "signal");
    CHECK(r.trades[0].is_long);
    CHECK(r.trades[0].units == 10.0);
    CHECK(r.trades[0].fees == Approx(1.0302 + 1.0494));
    CHECK(r.trades[0].pnl == Approx(19.2 - 2.0796));
    CHECK(r.equity[0] == 10'000.0);
    CHECK(r.equity[1] == Approx(10'000.0 - 1030.2 - 1.0302 + 1020.0));
    CHECK(r.equity[2] == Approx(10'000.0 - 1030.2 - 1.0302 + 1040.0));
    CHECK(r.equity[3] == Approx(10'017.1204));
    CHECK(r.equity[4] == r.equity[3]);
}

TEST_CASE("a short position is sold lower, bought back higher, and gains when the price falls") {
    const Bars bars = bars_of({flat, {100, 100, 100, 100}, {90, 90, 90, 90}, {80, 80, 80, 80}});
    const Recording r = Case{"false", "false", at(0), at(2)}.run(bars, with(&Execution::slippage, 0.01));
    REQUIRE(r.trades.size() == 1);
    check_trade(r.trades[0], 1, 99.0, 3, 80.8, "signal");
    CHECK_FALSE(r.trades[0].is_long);
    CHECK(r.trades[0].pnl == Approx(182.0));
    CHECK(r.equity[1] == Approx(10'000.0 + 990.0 - 1000.0));
    CHECK(r.equity[2] == Approx(10'000.0 + 990.0 - 900.0));
    CHECK(r.equity[3] == Approx(10'182.0));
}

TEST_CASE("a bar that opens beyond the stop is left at its open, and one beyond the target too") {
    const Bars fall = bars_of({flat, flat, {90, 97, 85, 92}, flat});
    check_trade(long_at_0("stop_distance = 5\n").run(fall, with(&Execution::slippage, 0.0)).trades.at(0), 1,
                100, 2, 90, "stop");
    check_trade(short_at_0("target_distance = 5\n").run(fall).trades.at(0), 1, 100, 2, 90, "target");
    const Bars rise = bars_of({flat, flat, {110, 115, 103, 108}, flat});
    check_trade(short_at_0("stop_distance = 5\n").run(rise).trades.at(0), 1, 100, 2, 110, "stop");
    check_trade(long_at_0("target_distance = 5\n").run(rise).trades.at(0), 1, 100, 2, 110, "target");
    // a stop slips, a target does not: entered at 101, stop at 96, target at 106
    check_trade(long_at_0("stop_distance = 5\n").run(fall, with(&Execution::slippage, 0.01)).trades.at(0), 1,
                101, 2, 89.1, "stop");
    check_trade(long_at_0("target_distance = 5\n").run(rise, with(&Execution::slippage, 0.01)).trades.at(0),
                1, 101, 2, 110, "target");
}

TEST_CASE("inside a bar the stop fills at its level, the target at its own, from the entry bar on") {
    const Bars bars = bars_of({flat, {100, 104, 96, 100}, {101, 104, 95, 96}, flat});
    check_trade(long_at_0("stop_distance = 5\n").run(bars).trades.at(0), 1, 100, 2, 95,
                "stop"); // touched is hit
    check_trade(short_at_0("target_distance = 5\n").run(bars).trades.at(0), 1, 100, 2, 95, "target");
    check_trade(long_at_0("stop_distance = 4\n").run(bars).trades.at(0), 1, 100, 1, 96,
                "stop"); // in the entry bar
    check_trade(long_at_0("target_distance = 4\n").run(bars).trades.at(0), 1, 100, 1, 104, "target");
    CHECK(long_at_0("stop_distance = 5.01\n").run(bars).trades.empty());
}

TEST_CASE("stop and target in one bar: the setting decides, and nearest_to_open ties go to the stop") {
    const auto run = [](double open, const char* ambiguity, bool is_long) {
        const Bars bars = bars_of({flat, flat, {open, 106, 94, 100}, flat});
        const std::string risk = "stop_distance = 5\ntarget_distance = 5\n";
        return (is_long ? long_at_0(risk) : short_at_0(risk))
            .run(bars, with(&Execution::ambiguity, std::string(ambiguity)))
            .trades.at(0);
    };
    for (const double open : {98.0, 100.0, 102.0}) {
        check_trade(run(open, "stop_first", true), 1, 100, 2, 95, "stop");
        check_trade(run(open, "target_first", true), 1, 100, 2, 105, "target");
        check_trade(run(open, "stop_first", false), 1, 100, 2, 105, "stop");
        check_trade(run(open, "target_first", false), 1, 100, 2, 95, "target");
    }
    check_trade(run(98, "nearest_to_open", true), 1, 100, 2, 95, "stop");
    check_trade(run(102, "nearest_to_open", true), 1, 100, 2, 105, "target");
    check_trade(run(100, "nearest_to_open", true), 1, 100, 2, 95, "stop");
    check_trade(run(98, "nearest_to_open", false), 1, 100, 2, 95, "target");
    check_trade(run(102, "nearest_to_open", false), 1, 100, 2, 105, "stop");
    check_trade(run(100, "nearest_to_open", false), 1, 100, 2, 105, "stop");
}

TEST_CASE("a trailing stop moves at the close and is in force from the next bar") {
    const Bars bars = bars_of({flat,
                               {100, 104, 98, 100},    // the entry's stop is 95; at the close it moves to 99
                               {100, 108, 99.5, 107},  // then to 103
                               {105, 106, 103.5, 104}, // and does not fall back to 101
                               {104, 105, 102, 103},
                               flat});
    check_trade(long_at_0("stop_distance = 5\ntrailing = true\n").run(bars).trades.at(0), 1, 100, 4, 103,
                "stop");
    CHECK(long_at_0("stop_distance = 5\n").run(bars).trades.empty());
    const Bars mirrored = bars_of(
        {flat, {100, 102, 96, 100}, {100, 100.5, 92, 93}, {95, 96.5, 94, 96}, {96, 98, 95, 97}, flat});
    check_trade(short_at_0("stop_distance = 5\ntrailing = true\n").run(mirrored).trades.at(0), 1, 100, 4, 97,
                "stop");
}

TEST_CASE("a position is left after max_hold bars, the entry bar included") {
    const Bars bars = bars_of({flat, flat, flat, flat, flat, flat, flat});
    check_trade(long_at_0("max_hold = 3\n").run(bars).trades.at(0), 1, 100, 4, 100, "hold");
    check_trade(long_at_0("max_hold = 1\n").run(bars).trades.at(0), 1, 100, 2, 100, "hold");
    // entered at the close of bar 0, which is not counted
    check_trade(
        long_at_0("max_hold = 3\n").run(bars, with(&Execution::fill, std::string("close"))).trades.at(0), 0,
        100, 3, 100, "hold");
    Case signalled = long_at_0("max_hold = 3\n");
    signalled.exit_long = at(3);
    check_trade(signalled.run(bars).trades.at(0), 1, 100, 4, 100, "signal");
    CHECK(long_at_0("max_hold = 0\n").run(bars).trades.empty());
}

TEST_CASE("spacing forbids entry orders for so many closes after one") {
    const Bars bars = bars_of({flat, flat, flat, flat, flat, flat, flat, flat, flat, flat, flat, flat});
    const auto entries = [&](const std::string& spacing) {
        std::vector<std::int64_t> out;
        const Case always{"true", "false", "false", "false",
                          "size = { units = 1 }\nmax_hold = 1\n" + spacing};
        for (const Trade& trade : always.run(bars).trades) out.push_back(trade.entry_bar);
        return out;
    };
    CHECK(entries("") == std::vector<std::int64_t>{1, 3, 5, 7, 9});
    CHECK(entries("spacing = 1\n") == std::vector<std::int64_t>{1, 3, 5, 7, 9});
    CHECK(entries("spacing = 3\n") == std::vector<std::int64_t>{1, 4, 7, 10});
    CHECK(entries("spacing = 4\n") == std::vector<std::int64_t>{1, 5, 9});
    CHECK(entries("spacing = 1e33\n") == std::vector<std::int64_t>{1});
}

TEST_CASE("a reversal closes and enters; where spacing forbids the entry it only closes") {
    const Bars bars = bars_of({flat, flat, flat, {102, 102, 102, 102}, {104, 104, 104, 104}});
    const auto run = [&](const std::string& risk) {
        return Case{at(0), "false", at(2), "false", "size = { units = 10 }\n" + risk}.run(bars);
    };
    const Recording turned = run("spacing = 2\n");
    check_trade(turned.trades.at(0), 1, 100, 3, 102, "signal");
    CHECK(turned.statistics.open_quantity == -10.0);
    CHECK(turned.equity.back() == Approx(10'000.0 + 20.0 - 20.0));
    const Recording closed = run("spacing = 3\n");
    check_trade(closed.trades.at(0), 1, 100, 3, 102, "signal");
    CHECK(closed.statistics.open_quantity == 0.0);
    const Recording held = run("reverse = false\n");
    CHECK(held.trades.empty());
    CHECK(held.statistics.open_quantity == 10.0);
}

TEST_CASE("an exit goes before a reversal, and both entries together are none") {
    const Bars bars = bars_of({flat, flat, flat, flat, flat});
    const Recording left = Case{at(0), at(2), at(2)}.run(bars);
    CHECK(left.trades.size() == 1);
    CHECK(left.statistics.open_quantity == 0.0);
    const Recording timed =
        Case{at(0), "false", at(2), "false", "size = { units = 1 }\nmax_hold = 2\n"}.run(bars);
    CHECK(timed.trades.at(0).reason == "hold");
    CHECK(timed.statistics.open_quantity == 0.0);
    CHECK(Case{"true", "false", "true"}.run(bars).statistics.trades == 0.0);
    const Recording both = Case{at(0) + " or " + at(2), "false", at(2)}.run(bars); // while long: no reversal
    CHECK(both.trades.empty());
    CHECK(both.statistics.open_quantity == 10.0);
}

TEST_CASE("sizes are what the contract says, and at most what the leverage allows") {
    const Bars bars = bars_of({flat, {50, 50, 50, 50}, {50, 50, 50, 50}});
    const auto units = [&](const std::string& risk, const Execution& execution) {
        return Case{at(0), "false", "false", "false", risk}.run(bars, execution).statistics.open_quantity;
    };
    Execution costly;
    costly.fee = 0.01;
    CHECK(units("", costly) == Approx(10'000.0 / (50.0 * 1.01)));
    CHECK(units("size = { equity = 0.3 }\n", costly) == Approx(3'000.0 / (50.0 * 1.01)));
    CHECK(units("size = { cash = 1000 }\n", costly) == Approx(20.0));
    CHECK(units("size = { units = 7 }\n", costly) == 7.0);
    CHECK(units("size = { risk = 0.02 }\nstop_distance = 4\n", costly) == Approx(50.0));
    for (const char* size : {"equity = 9", "cash = 1e6", "units = 1e6", "risk = 0.9"})
        CHECK(units(fmt::format("size = {{ {} }}\nstop_distance = 4\n", size), costly) ==
              Approx(10'000.0 / (50.0 * 1.01)));
    costly.leverage = 3.0;
    CHECK(units("size = { equity = 9 }\n", costly) == Approx(30'000.0 / (50.0 * 1.01)));
    costly.leverage = 0.5;
    CHECK(units("size = { equity = 1 }\n", costly) == Approx(5'000.0 / (50.0 * 1.01)));
}

TEST_CASE("an entry without a distance is rejected and counts as ordered") {
    const Bars bars = bars_of({flat, flat, flat, flat, flat, flat, flat});
    const auto run = [&](const std::string& enter, const std::string& risk) {
        return Case{enter, "false", "false", "false", "size = { units = 1 }\n" + risk}.run(bars);
    };
    CHECK(run(at(0), "stop_distance = \"sma(close, 3)\"\n").statistics.rejected == 1.0); // NaN
    CHECK(run(at(0), "target_distance = \"sma(close, 3)\"\n").statistics.rejected == 1.0);
    CHECK(run(at(0), "stop_distance = \"close - 100\"\n").statistics.rejected == 1.0);  // 0
    CHECK(run(at(0), "target_distance = \"99 - close\"\n").statistics.rejected == 1.0); // below 0
    CHECK(run(at(2), "stop_distance = \"sma(close, 3)\"\n").statistics.rejected == 0.0);
    // distances are those of the signal bar: at bar 1 undefined, though bar 2, where it would fill, has one
    CHECK(run(at(1), "stop_distance = \"sma(close, 3)\"\n").statistics.rejected == 1.0);
    const Recording spaced = run("true", "stop_distance = \"sma(close, 3)\"\nspacing = 3\n");
    CHECK(spaced.statistics.rejected == 1.0); // ordered at 0; the next at 3
    CHECK(spaced.statistics.open_quantity == 1.0);
    CHECK(spaced.statistics.held_bars == 3.0); // bars 4, 5, 6
}

TEST_CASE("a position that eats up the account is closed at that close without costs, and nothing trades any "
          "more") {
    const Bars bars = bars_of({flat, flat, {80, 80, 40, 60}, {100, 100, 100, 100}, {100, 100, 100, 100}});
    Execution execution;
    execution.leverage = 3.0;
    execution.fee = 0.0;
    const Recording r =
        Case{"close == 100", "false", "false", "false", "size = { equity = 3 }\n"}.run(bars, execution);
    REQUIRE(r.trades.size() == 1);
    check_trade(r.trades[0], 1, 100, 2, 60, "ruin");
    CHECK(r.trades[0].pnl == Approx(-12'000.0));
    CHECK(r.equity == std::vector<double>{10'000.0, 10'000.0, 0.0, 0.0, 0.0});
    CHECK(r.statistics.ruined == 1.0);
    CHECK(r.statistics.final_equity == 0.0);
    execution.fee = 0.01;
    execution.slippage = 0.01;
    CHECK(Case{"close == 100", "false", "false", "false", "size = { equity = 3 }\n"}
              .run(bars, execution)
              .trades.at(0)
              .exit_price == 60.0);
}

TEST_CASE("equity of exactly 0 is ruin") {
    const Bars bars = bars_of({flat, flat, {50, 50, 50, 50}, flat});
    const Recording r = Case{at(0), "false", "false", "false", "size = { equity = 2 }\n"}.run(
        bars, with(&Execution::leverage, 2.0));
    CHECK(r.trades.at(0).reason == "ruin");
    CHECK(r.statistics.ruined == 1.0);
}

TEST_CASE("who is flat and owes money at a close is ruined") {
    // 300 units at 100; the exit that was ordered at close(1) fills at 60: 2000 short
    const Bars bars = bars_of({flat, flat, {60, 60, 60, 60}, flat, flat, flat});
    const Recording r = Case{at(0) + " or " + at(3), at(1), "false", "false", "size = { equity = 3 }\n"}.run(
        bars, with(&Execution::leverage, 3.0));
    REQUIRE(r.trades.size() == 1);
    check_trade(r.trades[0], 1, 100, 2, 60, "signal");
    CHECK(r.equity == std::vector<double>{10'000.0, 10'000.0, 0.0, 0.0, 0.0, 0.0});
    CHECK(r.statistics.ruined == 1.0);
}

TEST_CASE("with fill = close, what the fill at the close costs can ruin at that close") {
    Execution execution;
    execution.fill = "close";
    execution.leverage = 10.0;
    execution.slippage = 0.2; // bought at 120: 833.33 units for 100,000, worth 83,333
    const Bars bars = bars_of({flat, flat, flat});
    const Recording entered =
        Case{at(0), "false", "false", "false", "size = { equity = 10 }\n"}.run(bars, execution);
    REQUIRE(entered.trades.size() == 1);
    check_trade(entered.trades[0], 0, 120, 0, 100, "ruin");
    CHECK(entered.equity == std::vector<double>{0.0, 0.0, 0.0});
    CHECK(entered.statistics.ruined == 1.0);

    execution.slippage =
        0.04; // 961.5 units at 104; at 97 they are worth 3,269 more than is owed, sold at 93.12 461 less
    const Bars falling = bars_of({flat, {97, 97, 97, 97}, flat, flat});
    const Recording left =
        Case{at(0) + " or " + at(2), at(1), "false", "false", "size = { equity = 10 }\n"}.run(falling,
                                                                                              execution);
    REQUIRE(left.trades.size() == 1);
    check_trade(left.trades[0], 0, 104, 1, 93.12, "signal");
    CHECK(left.equity[0] == Approx(6153.846154));
    CHECK(left.equity[1] == 0.0);
    CHECK(left.statistics.ruined == 1.0);
}

TEST_CASE("closing at the last bar can ruin too") {
    Execution execution;
    execution.leverage = 10.0;
    execution.slippage = 0.04;
    execution.close_at_end = true;
    const Bars falling = bars_of({flat, flat, {97, 97, 97, 97}});
    const Recording r =
        Case{at(0), "false", "false", "false", "size = { equity = 10 }\n"}.run(falling, execution);
    check_trade(r.trades.at(0), 1, 104, 2, 93.12, "end");
    CHECK(r.statistics.final_equity == 0.0);
    CHECK(r.statistics.ruined == 1.0);
}

TEST_CASE("an open position at the end is marked to market, or closed as a market order") {
    const Bars bars = bars_of({flat, flat, {110, 110, 110, 110}});
    Execution execution;
    execution.fee = 0.001;
    execution.slippage = 0.01;
    const Recording open = long_at_0("").run(bars, execution);
    CHECK(open.trades.empty());
    CHECK(open.statistics.open_quantity == 10.0);
    CHECK(open.equity.back() == Approx(10'000.0 - 1010.0 - 1.01 + 1100.0));
    execution.close_at_end = true;
    const Recording closed = long_at_0("").run(bars, execution);
    check_trade(closed.trades.at(0), 1, 101, 2, 108.9, "end");
    CHECK(closed.equity.back() == Approx(10'000.0 - 1010.0 - 1.01 + 1089.0 - 1.089));
    CHECK(closed.statistics.held_bars == 1.0); // flat at the last close
}

TEST_CASE("the last bar's orders are dropped") {
    const Bars bars = bars_of({flat, flat, flat});
    CHECK(Case{at(2)}.run(bars).statistics.open_quantity == 0.0);
    CHECK(Case{at(2)}.run(bars, with(&Execution::fill, std::string("close"))).statistics.open_quantity ==
          0.0);
    CHECK(Case{at(1)}.run(bars).statistics.open_quantity == 10.0);
}

TEST_CASE("with fill = close an order fills at its own close, and levels count from the next bar") {
    const Bars bars = bars_of({{100, 120, 80, 100}, {101, 103, 99, 102}, {102, 106, 94, 100}, flat});
    const Execution at_close = with(&Execution::fill, std::string("close"));
    const Recording r = long_at_0("stop_distance = 5\n").run(bars, at_close);
    check_trade(r.trades.at(0), 0, 100, 2, 95, "stop"); // not in bar 0, whose low is 80
    CHECK(r.equity[0] == 10'000.0);
    CHECK(r.equity[1] == Approx(10'020.0));
    // the high of the entry bar does not count for the trailing stop either: it moves to 98, not 115
    check_trade(long_at_0("stop_distance = 5\ntrailing = true\n").run(bars, at_close).trades.at(0), 0, 100, 2,
                98, "stop");
}
