// Equity in points, and returns by month.
#include <cmath>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "market/time_text.hpp"
#include "report/equity_curve.hpp"

namespace threadx {
namespace {

Bars daily_bars(std::size_t count, const char* first) {
    Bars bars;
    bars.close.assign(count, 1.0);
    for (std::size_t t = 0; t < count; ++t)
        bars.time.push_back(*parse_time(first) + static_cast<std::int64_t>(t) * nanoseconds_per_day);
    return bars;
}

} // namespace

TEST_CASE("a short curve has a point for each bar, with its drawdown from the highest equity so far") {
    const std::vector<double> equity = {100.0, 120.0, 90.0, 150.0};
    const EquityCurve curve = equity_curve(equity, 100.0);
    CHECK(curve.last == equity);
    CHECK(curve.drawdown == std::vector<double>{0.0, 0.0, 0.25, 0.0});
}

TEST_CASE("the capital is the first peak") {
    CHECK(equity_curve(std::vector<double>{80.0}, 100.0).drawdown == std::vector<double>{0.2});
}

TEST_CASE("a long curve has at most 2,000 points, and none of them hides a drawdown") {
    std::vector<double> equity(5001, 100.0);
    equity[777] = 60.0; // between two points
    const EquityCurve curve = equity_curve(equity, 100.0);
    REQUIRE(bars_per_point(equity.size()) == 3);
    CHECK(curve.last.size() == 1667);
    CHECK(curve.drawdown[777 / 3] == doctest::Approx(0.4));
    CHECK(point_times(daily_bars(5001, "2020-01-01")).size() == curve.last.size());
}

TEST_CASE("a month's return is from the end of the month before, the first one's from the capital") {
    const Bars bars = daily_bars(40, "2022-01-20"); // to 28 February
    std::vector<double> equity(40, 110.0);
    equity.back() = 121.0;
    const auto months = monthly_returns(equity, bars, 100.0);
    REQUIRE(months.size() == 2);
    CHECK(months[0].month == "2022-01");
    CHECK(months[0].value == doctest::Approx(0.1));
    CHECK(months[1].month == "2022-02");
    CHECK(months[1].value == doctest::Approx(0.1));
}

TEST_CASE("monthly returns multiply to the return of the whole") {
    rc::check([] {
        const auto bars = daily_bars(*rc::gen::inRange<std::size_t>(1, 400), "1969-11-15"); // over 1970 too
        std::vector<double> equity;
        for (std::size_t t = 0; t < bars.size(); ++t)
            equity.push_back(static_cast<double>(*rc::gen::inRange(1, 1000)));
        double product = 1.0;
        for (const MonthlyReturn& month : monthly_returns(equity, bars, 500.0)) product *= 1.0 + month.value;
        RC_ASSERT(std::fabs(product - equity.back() / 500.0) <= 1e-9 * product);
    });
}

TEST_CASE("after ruin months return nothing, and without times there are none") {
    const Bars bars = daily_bars(90, "2022-01-01");
    std::vector<double> equity(90, 100.0);
    for (std::size_t t = 40; t < 90; ++t) equity[t] = 0.0;
    const auto months = monthly_returns(equity, bars, 100.0);
    REQUIRE(months.size() == 3);
    CHECK(months[1].value == -1.0);
    CHECK(months[2].value == 0.0);
    CHECK(monthly_returns(equity, {}, 100.0).empty());
}

} // namespace threadx
