#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "bars_for_tests.hpp"
#include "market/resample.hpp"
#include "market/synthetic.hpp"
#include "market/time_steps.hpp"
#include "market/time_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr std::int64_t hour = 3600 * nanoseconds_per_second;
constexpr std::int64_t day = nanoseconds_per_day;
const double nan_volume = std::numeric_limits<double>::quiet_NaN();

// Bars at these times; bar i has open i+2, high i+4, low i+1, close i+3, volume 2^i.
Bars bars_at(const std::vector<const char*>& times) {
    Bars bars;
    for (const char* text : times) {
        const double i = static_cast<double>(bars.size());
        bars.time.push_back(parse_time(text).value());
        bars.open.push_back(i + 2.0);
        bars.high.push_back(i + 4.0);
        bars.low.push_back(i + 1.0);
        bars.close.push_back(i + 3.0);
        bars.volume.push_back(std::exp2(i));
    }
    return bars;
}

std::vector<std::string> times_of(const Bars& bars) {
    std::vector<std::string> texts;
    for (const std::int64_t time : bars.time) texts.push_back(time_text(time));
    return texts;
}

} // namespace

TEST_CASE("a longer bar has the first open, the extremes, the last close and all the volume") {
    const Bars out = resample(bars_at({"2022-01-01 02:00", "2022-01-01 03:00", "2022-01-01 04:00",
                                       "2022-01-01 05:00", "2022-01-01 13:00"}),
                              4 * hour);
    CHECK(times_of(out) ==
          std::vector<std::string>{"2022-01-01T00:00:00Z", "2022-01-01T04:00:00Z", "2022-01-01T12:00:00Z"});
    CHECK(out.open == std::vector<double>{2.0, 4.0, 6.0});
    CHECK(out.high == std::vector<double>{5.0, 7.0, 8.0});
    CHECK(out.low == std::vector<double>{1.0, 3.0, 5.0});
    CHECK(out.close == std::vector<double>{4.0, 6.0, 7.0});
    CHECK(out.volume == std::vector<double>{3.0, 12.0, 16.0});
}

TEST_CASE("weeks begin on Monday, also before 1970") {
    CHECK(times_of(resample(bars_at({"2022-01-01", "2022-01-02", "2022-01-03", "2022-01-09", "2022-01-10"}),
                            7 * day)) ==
          std::vector<std::string>{"2021-12-27T00:00:00Z", "2022-01-03T00:00:00Z", "2022-01-10T00:00:00Z"});
    CHECK(times_of(resample(bars_at({"1969-12-28", "1969-12-29", "1970-01-04", "1970-01-05"}), 7 * day)) ==
          std::vector<std::string>{"1969-12-22T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"});
    CHECK(times_of(resample(bars_at({"1969-12-31 22:00", "1969-12-31 23:00", "1970-01-01 00:00"}), day)) ==
          std::vector<std::string>{"1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"});
}

TEST_CASE("unknown volumes are left out, unless all are unknown") {
    Bars bars = bars_at({"2022-01-01 00:00", "2022-01-01 01:00", "2022-01-01 02:00", "2022-01-01 03:00"});
    bars.volume = {nan_volume, 5.0, nan_volume, nan_volume};
    const Bars out = resample(bars, 2 * hour);
    CHECK(out.volume[0] == 5.0);
    CHECK(std::isnan(out.volume[1]));
    CHECK(resample(bars, 4 * hour).volume[0] == 5.0);
}

TEST_CASE("periods that the bars cannot make are refused") {
    const Bars bars = bars_at({"2022-01-01 00:00", "2022-01-01 01:00", "2022-01-01 02:00"});
    CHECK(message_of([&] { resample(bars, hour / 2); }) ==
          "resampling to 30m is not possible: the bars have a period of 1h, and the new one must be a whole "
          "multiple of it");
    CHECK_THROWS_AS(resample(bars, hour * 3 / 2), InputError);
    CHECK_THROWS_AS(resample(bars, 0), InputError);
    CHECK_THROWS_AS(resample(bars, -hour), InputError);
    Bars timeless = bars;
    timeless.time.clear();
    CHECK_THROWS_AS(resample(timeless, hour), InputError);
    CHECK_NOTHROW(resample(bars_at({"2022-01-01 00:00"}), hour));
}

TEST_CASE("resampling keeps bars well-formed, loses nothing, and twice is as once") {
    const Bars minutes =
        synthesize({.bars = 3000, .start_time = 1'640'995'200'000'000'000 + 17 * 60'000'000'000});
    CHECK(same_bits(resample(minutes, 60'000'000'000), minutes));
    CHECK(rc::check([&] {
        // Some minutes are missing.
        Bars bars;
        const int keep = *rc::gen::inRange(2, 10);
        for (std::size_t i = 0; i < minutes.size(); ++i) {
            if (i > 100 && *rc::gen::inRange(0, 10) >= keep)
                i += static_cast<std::size_t>(*rc::gen::inRange(0, 300));
            if (i >= minutes.size()) break;
            bars.time.push_back(minutes.time[i]);
            bars.open.push_back(minutes.open[i]);
            bars.high.push_back(minutes.high[i]);
            bars.low.push_back(minutes.low[i]);
            bars.close.push_back(minutes.close[i]);
            bars.volume.push_back(minutes.volume[i]);
        }
        const std::int64_t short_period = *rc::gen::inRange(1, 30) * 60'000'000'000;
        const std::int64_t long_period = *rc::gen::inRange(1, 30) * short_period;
        const Bars once = resample(bars, long_period);
        RC_ASSERT(well_formed(once));
        RC_ASSERT(once.open.front() == bars.open.front());
        RC_ASSERT(once.close.back() == bars.close.back());
        double volume = 0.0; // whole numbers: sums are exact in any order
        for (const double v : once.volume) volume += v;
        for (const double v : bars.volume) volume -= v;
        RC_ASSERT(volume == 0.0);
        for (const std::int64_t time : once.time) RC_ASSERT(time % long_period == 0);

        const Bars intermediate = resample(bars, short_period);
        RC_PRE(long_period % most_common_step(intermediate.time) == 0);
        RC_ASSERT(same_bits(resample(intermediate, long_period), once));
    }));
}

TEST_CASE("the period of bars is their most common step, and what is longer is a gap") {
    const std::vector<std::int64_t> time = {0, 10, 20, 25, 35, 95, 105, 165, 170};
    CHECK(most_common_step(time) == 10);
    const Gaps gaps = find_gaps(time, 10);
    CHECK(gaps.count == 2);
    CHECK(gaps.largest == 60);
    CHECK(gaps.after == 35);
    CHECK(most_common_step(std::vector<std::int64_t>{0, 7, 12}) == 5);
    CHECK(most_common_step(std::vector<std::int64_t>{3}) == 0);
}
