#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "market/array_bars.hpp"
#include "market/csv_writer.hpp"

using namespace threadx;

namespace {

constexpr std::int64_t minute = 60'000'000'000;

Bars some_bars() {
    return {{0, minute, 3 * minute}, {10, 11, 12}, {12, 12, 13}, {9, 10, 11}, {11, 12, 12}, {1, 2, 3}};
}

// Values of somebody else's, and whether they are still kept.
struct Lender {
    std::shared_ptr<std::vector<double>> values =
        std::make_shared<std::vector<double>>(std::vector{1.0, 2.0, 3.0});
    BarValues<double> lend() const { return BarValues<double>::lent(*values, values); }
};

void check_refused(const Bars& bars, const std::string& message) {
    CAPTURE(message);
    CHECK_THROWS_WITH_AS(check_array_bars(bars, "b"), doctest::Contains(message.c_str()), InputError);
}

} // namespace

TEST_CASE("lent values are read where they are, and kept as long as a copy is there") {
    Lender lender;
    BarValues<double> first = lender.lend();
    const BarValues<double> second = first;
    CHECK(second.data() == lender.values->data());
    CHECK(std::span<const double>(second).data() == lender.values->data());
    CHECK(lender.values.use_count() == 3);
    first = {};
    CHECK(lender.values.use_count() == 2);
    CHECK(second == BarValues<double>{1.0, 2.0, 3.0});
}

TEST_CASE("what changes lent values changes a copy of them") {
    const Lender lender;
    BarValues<double> values = lender.lend();
    values[1] = 5.0;
    values.push_back(4.0);
    CHECK(!values.is_lent());
    CHECK(values == BarValues<double>{1.0, 5.0, 3.0, 4.0});
    CHECK(*lender.values == std::vector{1.0, 2.0, 3.0});
    CHECK(lender.values.use_count() == 1);
}

TEST_CASE("good bars come back as they are, with their gaps and a hash of their values") {
    const BarsFile checked = check_array_bars(some_bars(), "b");
    CHECK(bars_csv(checked.bars) == bars_csv(some_bars()));
    CHECK(checked.bar_period_ns == minute);
    REQUIRE(checked.warnings.size() == 1);
    CHECK(checked.warnings[0] == "b: 1 gap (steps over 1m); the largest is 2m after 1970-01-01T00:01:00Z");
    CHECK(check_array_bars(some_bars(), "c").sha256 == checked.sha256);
    Bars other = some_bars();
    other.volume[2] = 4;
    CHECK(check_array_bars(other, "b").sha256 != checked.sha256);
    Bars undated = some_bars();
    undated.time = {};
    CHECK(check_array_bars(undated, "b").sha256 != checked.sha256);
}

TEST_CASE("bad bars are refused with their place") {
    const auto changed = [](auto change) {
        Bars bars = some_bars();
        change(bars);
        return bars;
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    check_refused(changed([&](Bars& b) { b.open[1] = nan; }),
                  "b[1]: open is nan; prices must be finite and above 0");
    check_refused(changed([](Bars& b) { b.low[2] = 0; }),
                  "b[2]: low is 0; prices must be finite and above 0");
    check_refused(changed([](Bars& b) { b.high[0] = 8; }), "b[0]: high 8 is below low 9");
    check_refused(changed([](Bars& b) { b.close[0] = 13; }), "b[0]: close 13 lies outside low 9 to high 12");
    check_refused(changed([](Bars& b) { b.volume[0] = -1; }), "b[0]: volume is -1");
    check_refused(changed([](Bars& b) { b.time[1] = 0; }),
                  "b[1]: time 1970-01-01T00:00:00Z is that of the bar before");
    check_refused(changed([](Bars& b) { b.time[2] = 1; }),
                  "b[2]: time 1970-01-01T00:00:00.000000001Z is before");
    check_refused(changed([](Bars& b) { b.open.push_back(1); }), "b: 'open' has 4 values and 'close' 3");
    check_refused(Bars{{0}, {1}, {1}, {1}, {1}, {1}}, "b: one bar; a backtest needs at least two bars");
    CHECK_NOTHROW(check_array_bars(changed([&](Bars& b) { b.volume[0] = nan; }), "b"));
}

TEST_CASE("an open or close that a rounding has put outside is moved, in a copy") {
    const auto close = std::make_shared<std::vector<double>>(std::vector{11.0, 12.0 * (1 + 1e-12), 12.0});
    Bars bars = some_bars();
    bars.close = BarValues<double>::lent(*close, close);
    const BarsFile checked = check_array_bars(bars, "b");
    CHECK(checked.bars.close[1] == 12.0);
    CHECK((*close)[1] > 12.0);
    REQUIRE(checked.warnings.size() == 2);
    CHECK(checked.warnings[1] ==
          "b: 1 bar with an open or close outside low to high by a rounding error, moved to the "
          "bound; the first is b[1]");
}
