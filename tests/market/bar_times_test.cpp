// When bars begin and end, in the milliseconds of rules.
#include <vector>

#include <doctest/doctest.h>

#include "market/bar_times.hpp"

using namespace threadx;

namespace {

constexpr std::int64_t millisecond = 1'000'000;

Bars bars_at(std::vector<std::int64_t> times) {
    Bars bars;
    bars.time = std::move(times);
    return bars;
}

} // namespace

TEST_CASE("a bar ends the shortest step after its start, so that no bar begins before the one before it has "
          "ended") {
    const BarTimes times =
        bar_times(bars_at({0, 60'000 * millisecond, 120'000 * millisecond, 600'000 * millisecond}));
    CHECK(times.start == std::vector<double>{0, 60'000, 120'000, 600'000});
    CHECK(times.end == std::vector<double>{60'000, 120'000, 180'000, 660'000});
    const BarTimes uneven = bar_times(bars_at({0, 100 * millisecond, 110 * millisecond}));
    CHECK(uneven.end == std::vector<double>{10, 110, 120});
}

TEST_CASE("parts of a millisecond are cut off, before 1970 too") {
    CHECK(bar_times(bars_at({-1, 1'999'999, 2'000'000})).start == std::vector<double>{-1, 1, 2});
    CHECK(bar_times(bars_at({-millisecond, 0})).start == std::vector<double>{-1, 0});
}

TEST_CASE("one bar has no length that is known, and bars without times have none") {
    CHECK(bar_times(bars_at({5 * millisecond})).end == std::vector<double>{5});
    CHECK(bar_times(bars_at({})).start.empty());
    CHECK(bar_times(bars_at({})).end.empty());
}
