#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "market/time_text.hpp"

using namespace threadx;

namespace {

constexpr std::int64_t second = nanoseconds_per_second;
constexpr std::int64_t day = nanoseconds_per_day;
// `date -u -d 2022-01-31T13:05:07Z +%s`
constexpr std::int64_t afternoon = 1643634307 * second;

} // namespace

TEST_CASE("calendar times are read in every usual way of writing them") {
    CHECK(parse_time("2022-01-31T13:05:07Z") == afternoon);
    CHECK(parse_time("2022-01-31T13:05:07") == afternoon);
    CHECK(parse_time("2022-01-31 13:05:07") == afternoon);
    CHECK(parse_time(" 2022-01-31 13:05:07 ") == afternoon);
    CHECK(parse_time("2022/01/31 13:05:07") == afternoon);
    CHECK(parse_time("2022.01.31 13:05:07") == afternoon);
    CHECK(parse_time("20220131 130507") == afternoon);
    CHECK(parse_time("20220131T130507Z") == afternoon);
    CHECK(parse_time("2022-01-31T13:05:07 UTC") == afternoon);
    CHECK(parse_time("2022-01-31 13:05") == afternoon - 7 * second);
    CHECK(parse_time("2022-01-31") == 1643587200 * second);
    CHECK(parse_time("20220131") == 1643587200 * second);
    CHECK(parse_time("1969-12-31T23:59:59Z") == -second);
    CHECK(parse_time("2024-02-29") == 1709164800 * second);
}

TEST_CASE("zones are taken off and fractions are kept") {
    CHECK(parse_time("2022-01-31T15:05:07+02:00") == afternoon);
    CHECK(parse_time("2022-01-31T15:05:07+0200") == afternoon);
    CHECK(parse_time("2022-01-31 15:05:07 +02") == afternoon);
    CHECK(parse_time("2022-01-31 07:35:07-05:30") == afternoon);
    CHECK(parse_time("2022-01-31T13:05:07.5Z") == afternoon + second / 2);
    CHECK(parse_time("2022-01-31T13:05:07.000000") == afternoon);
    CHECK(parse_time("2022-01-31T13:05:07.123456789Z") == afternoon + 123456789);
    CHECK(parse_time("2022-01-31T15:05:07.25+02:00") == afternoon + second / 4);
}

TEST_CASE("the unit of an epoch is told by its magnitude") {
    CHECK(parse_time("1643634307") == afternoon);
    CHECK(parse_time("1643634307000") == afternoon);
    CHECK(parse_time("1643634307000000") == afternoon);
    CHECK(parse_time("1643634307000000000") == afternoon);
    CHECK(parse_time("1643634307.0") == afternoon);
    CHECK(parse_time("1643634307.125") == afternoon + second / 8);
    CHECK(parse_time("1643634307000.5") == afternoon + 500'000);
    CHECK(parse_time("-1") == -second);
    CHECK(parse_time("-1.5") == -second * 3 / 2);
    CHECK(parse_time("0") == 0);
}

TEST_CASE("what is no time is refused") {
    for (const char* text : {"",
                             " ",
                             "x",
                             "2022-13-01x",
                             "2022-13-01",
                             "2022-00-10",
                             "2022-02-30",
                             "2023-02-29",
                             "2022-04-31",
                             "2022-01-32",
                             "2022-01-00",
                             "2022-01-01T25:00:00",
                             "2022-01-01T24:00",
                             "2022-01-01T12:60",
                             "2022-01-01T12:00:60",
                             "2022-01-01T12",
                             "2022-01-01T",
                             "2022-1-1",
                             "2022-01/01",
                             "2022-01-01T12:00:00.",
                             "01/02/2022",
                             "2022-01-01T12:00:00.1234567890",
                             "2022-01-01T12:00:00+2",
                             "2022-01-01T12:00:00+25:00",
                             "2022-01-01T12:00:00Zx",
                             "2022-01-01T12:00:00 EST",
                             "1.6e9",
                             "1643634307.5x",
                             "nan",
                             "inf",
                             "-",
                             ".5",
                             "99999999999999999999",
                             "9999-01-01",
                             "1500-01-01",
                             "2022-01-0",
                             "-022-01-01"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time(text));
    }
    CHECK(parse_time("2022-01-01 ") == 1640995200 * second); // spaces around a time are ignored
    CHECK(parse_time("2022") == 2022 * second);              // a bare number is an epoch
}

TEST_CASE("a style once found is held to") {
    CHECK(find_time_style("2022-01-31") == TimeStyle{});
    CHECK(find_time_style("1643634307") == TimeStyle{second});
    CHECK(find_time_style("1643634307000") == TimeStyle{1'000'000});
    CHECK_FALSE(find_time_style("yesterday"));
    CHECK_FALSE(parse_time("2022-01-31", TimeStyle{second}));
    CHECK_FALSE(parse_time("1643634307", TimeStyle{}));
    CHECK(parse_time("20220131", TimeStyle{second}) == 20220131 * second);
}

TEST_CASE("a reader of many times reads each as if it were alone") {
    CHECK(rc::check([] {
        const std::vector<std::string> dates = {"2022-01-31", "2022-01-30", "20220131", "2022/01/31",
                                                "2022-13-01", "2022-02-30", "20220",    "1643634307"};
        const std::vector<std::string> rests = {
            "", " 13:05", "T13:05:07.25Z", " 13:05:07+02:00", "x", "T25:00:00", " 1305", "1", "-", " "};
        TimeReader reader(*rc::gen::element(TimeStyle{}, TimeStyle{second}));
        TimeReader fresh = reader;
        for (int i = 0; i < 20; ++i) {
            const std::string text = *rc::gen::elementOf(dates) + *rc::gen::elementOf(rests);
            RC_LOG(text);
            RC_ASSERT(reader.read(text) == TimeReader(fresh).read(text));
        }
    }));
}

TEST_CASE("a time of day stands alone") {
    CHECK(parse_clock("13:05") == (13 * 3600 + 5 * 60) * second);
    CHECK(parse_clock("13:05:07.5") == (13 * 3600 + 5 * 60 + 7) * second + second / 2);
    CHECK(parse_clock("130507") == (13 * 3600 + 5 * 60 + 7) * second);
    CHECK_FALSE(parse_clock("24:00"));
    CHECK_FALSE(parse_clock("1643634307"));
    CHECK_FALSE(parse_clock("2022-01-31"));
}

TEST_CASE("times are written in ISO 8601, with a fraction only where there is one") {
    CHECK(time_text(0) == "1970-01-01T00:00:00Z");
    CHECK(time_text(afternoon) == "2022-01-31T13:05:07Z");
    CHECK(time_text(afternoon + second / 2) == "2022-01-31T13:05:07.500Z");
    CHECK(time_text(afternoon + 1'000) == "2022-01-31T13:05:07.000001Z");
    CHECK(time_text(afternoon + 1) == "2022-01-31T13:05:07.000000001Z");
    CHECK(time_text(-1) == "1969-12-31T23:59:59.999999999Z");
    CHECK(time_text(std::numeric_limits<std::int64_t>::max()) == "2262-04-11T23:47:16.854775807Z");
    CHECK(time_text(std::numeric_limits<std::int64_t>::min()) == "1677-09-21T00:12:43.145224192Z");
}

TEST_CASE("every time that is written is read back") {
    CHECK(rc::check([](std::int64_t anything) {
        const std::int64_t time = anything / 1'000'000 * *rc::gen::inRange<std::int64_t>(1, 1'000'000);
        // The first day of the range begins before it and cannot be put together from a date and a time of
        // day.
        RC_PRE(time > std::numeric_limits<std::int64_t>::min() + day);
        RC_ASSERT(parse_time(time_text(time)) == time);
    }));
}

TEST_CASE("durations are read") {
    CHECK(parse_duration("1m") == 60 * second);
    CHECK(parse_duration("15m") == 900 * second);
    CHECK(parse_duration("15min") == 900 * second);
    CHECK(parse_duration("1h") == 3600 * second);
    CHECK(parse_duration("4H") == 4 * 3600 * second);
    CHECK(parse_duration("1d") == day);
    CHECK(parse_duration("1w") == 7 * day);
    CHECK(parse_duration("30s") == 30 * second);
    CHECK(parse_duration("500ms") == second / 2);
    CHECK(parse_duration("1h30m") == 5400 * second);
    for (const char* text :
         {"", "m", "1", "1x", "-1m", "1.5h", "1M", "30m1h", "1h1h", "1 h", "99999999w", "1h30"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("durations are written readably") {
    CHECK(duration_text(60 * second) == "1m");
    CHECK(duration_text(90 * second) == "1m30s");
    CHECK(duration_text(89 * 3600 * second) == "89h");
    CHECK(duration_text(3 * day) == "3d");
    CHECK(duration_text(14 * day) == "2w");
    CHECK(duration_text(second / 2) == "500ms");
    CHECK(duration_text(1) == "1ns");
    CHECK(duration_text(0) == "0s");
    CHECK(duration_text(-90 * second) == "-1m30s");
}

TEST_CASE("every duration that is written is read back") {
    CHECK(rc::check([](std::int64_t anything) {
        const std::int64_t duration =
            (anything & std::numeric_limits<std::int64_t>::max()) >> *rc::gen::inRange(0, 63);
        RC_ASSERT(parse_duration(duration_text(duration)) == duration);
    }));
}
