#include <algorithm>
#include <cmath>
#include <fstream>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "bars_for_tests.hpp"
#include "base/number_text.hpp"
#include "base/sha256.hpp"
#include "market/csv_cells.hpp"
#include "market/csv_reader.hpp"
#include "market/time_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr std::int64_t minute = 60 * nanoseconds_per_second;
constexpr std::int64_t new_year = 1640995200 * nanoseconds_per_second; // 2022-01-01

// Two bars a minute apart, whatever the way they are written.
void check_two_bars(const std::string& text, bool volume = true, std::int64_t step = minute) {
    CAPTURE(text);
    BarsFile file;
    REQUIRE(message_of([&] { file = parse_bars_csv(text, "f.csv"); }) == "no error");
    CHECK(file.bars.time == std::vector<std::int64_t>{new_year, new_year + step});
    CHECK(file.bars.open == std::vector<double>{1.5, 2.0});
    CHECK(file.bars.high == std::vector<double>{3.0, 4.0});
    CHECK(file.bars.low == std::vector<double>{1.0, 1.25});
    CHECK(file.bars.close == std::vector<double>{2.0, 3.5});
    if (volume)
        CHECK(file.bars.volume == std::vector<double>{10.0, 20.0});
    else
        CHECK((std::isnan(file.bars.volume[0]) && std::isnan(file.bars.volume[1])));
    CHECK(file.bar_period_ns == step);
    CHECK(file.warnings.empty());
}

} // namespace

TEST_CASE("columns are found by name, in any order and case") {
    check_two_bars("timestamp,open,high,low,close,volume\n2022-01-01T00:00:00Z,1.5,3,1,2,10\n2022-01-01T00:"
                   "01:00Z,2,4,1.25,3.5,20\n");
    check_two_bars(
        "Volume,CLOSE,Low,hiGh,Open,DateTime\n10,2,1,3,1.5,2022-01-01\n20,3.5,1.25,4,2,2022-01-01 00:01\n");
    check_two_bars("t,o,h,l,c,v\n1640995200,1.5,3,1,2,10\n1640995260,2,4,1.25,3.5,20\n");
    check_two_bars("Open Time,Open,High,Low,Close,Volume,Close "
                   "Time\n1640995200000,1.5,3,1,2,10,x\n1640995260000,2,4,1.25,3.5,20,y\n");
    check_two_bars("date,open,high,low,close,adj close,volume\n2022-01-01 00:00,1.5,3,1,2,9,10\n2022-01-01 "
                   "00:01,2,4,1.25,3.5,9,20\n");
}

TEST_CASE("the first column is the time where none has a known name for it") {
    check_two_bars(",Open,High,Low,Close,Volume\n2022-01-01 00:00:00,1.5,3,1,2,10\n2022-01-01 "
                   "00:01:00,2,4,1.25,3.5,20\n");
    check_two_bars("Gmt time,Open,High,Low,Close,Volume\n2022.01.01 00:00,1.5,3,1,2,10\n2022.01.01 "
                   "00:01,2,4,1.25,3.5,20\n");
    check_two_bars(
        ",time,Open,High,Low,Close,Volume\n0,2022/01/01,1.5,3,1,2,10\n1,2022/01/01 00:01,2,4,1.25,3.5,20\n");
}

TEST_CASE("a date and a time column are taken together, unless one of them holds both") {
    check_two_bars(
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<SPREAD>\n"
        "2022.01.01\t00:00:00\t1.5\t3\t1\t2\t10\t0\n2022.01.01\t00:01:00\t2\t4\t1.25\t3.5\t20\t0\n");
    check_two_bars(
        "date,time,open,high,low,close,vol\n20220101,000000,1.5,3,1,2,10\n20220101,000100,2,4,1.25,3.5,20\n");
    check_two_bars(
        "time,date,open,high,low,close,vol\n1640995200,x,1.5,3,1,2,10\n1640995260,x,2,4,1.25,3.5,20\n");
    check_two_bars("date,time,open,high,low,close,vol\n2022-01-01 00:00,00:00,1.5,3,1,2,10\n2022-01-01 "
                   "00:01,00:01,2,4,1.25,3.5,20\n");
    check_two_bars(
        "date,time,open,high,low,close,vol\n1640995200,x,1.5,3,1,2,10\n1640995260,x,2,4,1.25,3.5,20\n");
}

TEST_CASE("volume may be missing or empty") {
    check_two_bars("time,open,high,low,close\n2022-01-01,1.5,3,1,2\n2022-01-01 00:01,2,4,1.25,3.5\n", false);
    check_two_bars("time,open,high,low,close,volume\n2022-01-01,1.5,3,1,2,\n2022-01-01 00:01,2,4,1.25,3.5,\n",
                   false);
    check_two_bars("time,open,high,low,volume,close\n2022-01-01,1.5,3,1,,2\n2022-01-01 00:01,2,4,1.25,,3.5\n",
                   false);
    check_two_bars(
        "time,open,high,low,volume,close\n2022-01-01,1.5,3,1,nan,2\n2022-01-01 00:01,2,4,1.25,\"\",3.5\n",
        false);
}

TEST_CASE("delimiters, quotes, line ends, marks and blank lines are taken as they come") {
    check_two_bars("time;open;high;low;close;volume\r\n2022-01-01;1.5;3;1;2;10\r\n2022-01-01 "
                   "00:01;2;4;1.25;3.5;20\r\n\r\n\n");
    check_two_bars("\"time\",\"open\",\"high\",\"low\",\"close\",\"volume\"\n\"2022-01-01\",\"1.5\",\"3\","
                   "\"1\",\"2\",\"10\"\n"
                   "\"2022-01-01 00:01\",\"2\",\"4\",\"1.25\",\"3.5\",\"20\"");
    check_two_bars("\xef\xbb\xbftime,open,high,low,close,volume\n2022-01-01,1.5,3,1,2,10\n\n2022-01-01 "
                   "00:01,2,4,1.25,3.5,20\n   \n");
    check_two_bars("time , open, high, low, close, volume\n2022-01-01 , 1.5 , +3, 1,2., 1e1 \n 2022-01-01 "
                   "00:01,2,4,1.25,3.5,20");
    check_two_bars("note,time,open,high,low,close,volume\n\"a, \"\"b\"\"\nc\",2022-01-01,1.5,3,1,2,10\r\n"
                   "d\"e,2022-01-01 00:01,2,4,1.25,3.5,20\r\n");
    check_two_bars(
        "time,open,high,low,close,volume,\n2022-01-01,1.5,3,1,2,10,\n2022-01-01 00:01,2,4,1.25,3.5,20,\n");
    check_two_bars("time,open,high,low,close,volume,\"a;b;c;d;e;f;g;h\"\n"
                   "2022-01-01,1.5,3,1,2,10,\n2022-01-01 00:01,2,4,1.25,3.5,20,\n");
}

TEST_CASE("a file without times has bars without times") {
    const BarsFile file = parse_bars_csv("open,high,low,close\n1,2,1,2\n2,3,2,3\n", "f.csv");
    CHECK_FALSE(file.bars.has_time());
    CHECK(file.bars.size() == 2);
    CHECK(file.bar_period_ns == 0);
    CHECK(file.warnings.empty());
}

TEST_CASE("gaps are one warning that says how many and where the largest is") {
    std::string text = "time,open,high,low,close\n";
    for (const char* time : {"00:00", "01:00", "02:00", "04:00", "05:00", "14:30", "15:30"})
        text += fmt::format("2022-01-01 {},1,1,1,1\n", time);
    const BarsFile file = parse_bars_csv(text, "f.csv");
    REQUIRE(file.warnings.size() == 1);
    CHECK(file.warnings[0] ==
          "f.csv: 2 gaps (steps over 1h); the largest is 9h30m after 2022-01-01T05:00:00Z");
}

TEST_CASE("an open or close outside low to high by a rounding error is moved there, and that is said") {
    const BarsFile file =
        parse_bars_csv("open,high,low,close\n1,2,1,2\n0.9999999999999,2,1,2.0000000000001\n", "f.csv");
    CHECK(file.bars.open[1] == 1.0);
    CHECK(file.bars.close[1] == 2.0);
    REQUIRE(file.warnings.size() == 1);
    CHECK(file.warnings[0] ==
          "f.csv: 1 bar with an open or close outside low to high by a rounding error, moved to the "
          "bound; the first is on line 3");
}

TEST_CASE("the end of a cell is found wherever it is") {
    CHECK(rc::check([](const std::string& text, char a, char b, std::uint8_t place) {
        std::string all = text + "0123456789abcdef";
        all[place % all.size()] = a;
        const char* const end = all.data() + all.size();
        const char* expected =
            std::find_if(&std::as_const(all)[0], end, [&](char c) { return c == a || c == b; });
        RC_ASSERT(csv::find_either(all.data(), end, a, b) == expected);
    }));
}

TEST_CASE("the hash is that of the bytes of the file") {
    const std::string text = "\xef\xbb\xbfopen,high,low,close\r\n1,2,1,2\r\n2,3,2,3\r\n";
    const TemporaryFolder folder;
    std::ofstream(folder / "f.csv") << text;
    CHECK(read_bars_csv(folder / "f.csv").sha256 == sha256_hex(text));
}

TEST_CASE("the fast way of reading numbers gives the bits of the careful one, whatever follows") {
    const auto agree_before = [](const std::string& text, const std::string& rest) {
        const std::string all = text + rest;
        double fast = 0.0;
        const char* end = csv::scan_plain_number(all.data(), all.data() + all.size(), fast);
        if (end == nullptr) return true; // left to the careful one
        const std::size_t size = text.find('e') == std::string::npos ? text.size() : text.find('e');
        const double careful = parse_number(std::string_view(text).substr(0, size)).value();
        return end == all.data() + size && fast == careful && std::signbit(fast) == std::signbit(careful);
    };
    const auto agree = [&](const std::string& text) {
        const std::string_view rests[] = {"",
                                          ",",
                                          ",12345678",
                                          "\n",
                                          "\r\n2022-01-01",
                                          "/0000000",
                                          ":0000000",
                                          ", 5.",
                                          "\xff\xff\xff\xff\xff\xff\xff\xff",
                                          "\x80:::::::",
                                          std::string_view("\0\0\0\0\0\0\0\0", 8)};
        return std::all_of(std::begin(rests), std::end(rests),
                           [&](std::string_view rest) { return agree_before(text, std::string(rest)); });
    };
    CHECK(rc::check([&] {
        const std::string digits = *rc::gen::container<std::string>(rc::gen::inRange('0', ':'));
        const std::size_t point = *rc::gen::inRange<std::size_t>(0, digits.size() + 1);
        RC_ASSERT(agree(digits.substr(0, point) + "." + digits.substr(point)));
        RC_ASSERT(agree("-" + digits));
    }));
    CHECK(rc::check([&](double x) { RC_ASSERT(agree(shortest_text(x))); }));
    for (const char* text : {"0.1", "-0", "0.30000000000000004", "9007199254740993", "9007199254740992",
                             "0.0000000000000000001", "123456789012345678901234567890",
                             "18446744073709551617", "18446744073709551.617", "8.41", "1.7976931348623157"}) {
        CAPTURE(text);
        CHECK(agree(text));
    }
}
