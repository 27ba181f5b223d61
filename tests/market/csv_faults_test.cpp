#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "bars_for_tests.hpp"
#include "market/csv_reader.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

const std::string header = "time,open,high,low,close,volume\n";
const std::string first = "2022-01-01T00:00:00Z,2,3,1,2,10\n";

std::string complaint(const std::string& text) {
    return message_of([&] { parse_bars_csv(text, "f.csv"); });
}

// What is said about a file whose third line is `row`.
std::string about_row(const std::string& row) {
    return complaint(header + first + row + "\n2022-02-01,2,3,1,2,10\n");
}

// What is said about a header with one row that would do for it.
std::string about_header(const std::string& line) { return complaint(line + "\n2022-01-01,2,3,1,2,10\n"); }

bool starts(const std::string& text, const std::string& beginning) {
    CAPTURE(text);
    CAPTURE(beginning);
    CHECK(text.starts_with(beginning));
    return true;
}

} // namespace

TEST_CASE("prices that are none are refused with file, line and column") {
    CHECK(about_row("2022-01-02,,3,1,2,10") ==
          "f.csv:3: the cell of 'open' is empty; fill it in or remove the row");
    CHECK(about_row("2022-01-02,x,3,1,2,10") ==
          "f.csv:3: 'x' in column 'open' is not a number; correct or remove the row");
    starts(about_row("2022-01-02,2 3,3,1,2,10"), "f.csv:3: '2 3' in column 'open' is not a number");
    starts(about_row("2022-01-02,\"1,234.5\",3,1,2,10"),
           "f.csv:3: '1,234.5' in column 'open' is not a number; write");
    starts(about_row("2022-01-02,2,nan,1,2,10"), "f.csv:3: high is nan; prices must be finite and above 0");
    starts(about_row("2022-01-02,2,inf,1,2,10"), "f.csv:3: high is inf;");
    starts(about_row("2022-01-02,2,1e999,1,2,10"), "f.csv:3: '1e999' in column 'high' is not a number");
    starts(about_row("2022-01-02,2,3,0,2,10"), "f.csv:3: low is 0; prices");
    starts(about_row("2022-01-02,2,3,1,-2,10"), "f.csv:3: close is -2; prices");
}

TEST_CASE("bars that cannot be are refused") {
    starts(about_row("2022-01-02,2,1,3,2,10"), "f.csv:3: high 1 is below low 3;");
    starts(about_row("2022-01-02,4,3,1,2,10"), "f.csv:3: open 4 lies outside low 1 to high 3;");
    starts(about_row("2022-01-02,2,3,1,0.5,10"), "f.csv:3: close 0.5 lies outside low 1 to high 3;");
    starts(about_row("2022-01-02,2,3,1,3.00000001,10"),
           "f.csv:3: close 3.00000001 lies outside low 1 to high 3;");
    starts(about_row("2022-01-02,2,3,1,2,-1"), "f.csv:3: volume is -1;");
    starts(about_row("2022-01-02,2,3,1,2,inf"), "f.csv:3: volume is inf;");
    starts(about_row("2022-01-02,2,3,1,2,1k"), "f.csv:3: '1k' in column 'volume' is not a number");
}

TEST_CASE("times must be times and increase") {
    for (const char* time :
         {"2022-13-02", "2022-02-30", "2022-01-02 25:00", "", "soon", "1641081600", "01/02/2022"}) {
        CAPTURE(time);
        const std::string text = about_row(std::string(time) + ",2,3,1,2,10");
        starts(text, "f.csv:3: '" + std::string(time) +
                         "' in column 'time' is not a time in the form of the rows before; write");
    }
    starts(complaint(header + "2022-02-30,2,3,1,2,10\n"),
           "f.csv:2: '2022-02-30' in column 'time' is not a time; write");
    CHECK(
        about_row("2022-01-01,2,3,1,2,10") ==
        "f.csv:3: time 2022-01-01T00:00:00Z is that of the row before (line 2); remove one of the two rows");
    CHECK(about_row("2021-01-01,2,3,1,2,10") ==
          "f.csv:3: time 2021-01-01T00:00:00Z is before 2022-01-01T00:00:00Z on line 2; sort the rows by "
          "time, oldest first");
    starts(complaint(header + "1700-01-01,2,3,1,2,10\n2022-01-01,2,3,1,2,10\n"),
           "f.csv:3: time 2022-01-01T00:00:00Z is over 292 years");
    starts(complaint("date,time,open,high,low,close\n2022-01-01,09:00,1,1,1,1\n2022-01-01,25:00,1,1,1,1\n"),
           "f.csv:3: '25:00' in column 'time' is not a time");
    starts(complaint(
               "date,time,open,high,low,close\n2022-01-01,09:00,1,1,1,1\n2022-01-01 10:00,10:00,1,1,1,1\n"),
           "f.csv:3: '2022-01-01 10:00' in column 'date' is not a time");
}

TEST_CASE("a row number is not taken for a time") {
    starts(
        complaint(",open,high,low,close\n0,1,1,1,1\n1,1,1,1,1\n"),
        "f.csv:2: column '' stands where the time is expected and holds '0', which looks like a row number;");
    starts(complaint("adj close,open,high,low,close\n101.5,1,1,1,1\n"),
           "f.csv:2: column 'adj close' stands where the time");
}

TEST_CASE("a row with another number of cells than the header is refused") {
    CHECK(about_row("2022-01-02,2,3,1,2") ==
          "f.csv:3: the row has 5 cells where the header has 6; correct or remove it");
    CHECK(about_row("2022-01-02,2,3,1,2,10,") ==
          "f.csv:3: the row has 7 cells where the header has 6; correct or remove it");
    CHECK(about_row("2022-01-02,2,3,1,2,10,,x") ==
          "f.csv:3: the row has 8 cells where the header has 6; correct or remove it");
    const std::string cut =
        "f.csv:3: the row has 1 cells where the header has 6; it is the last: was the file cut off?";
    CHECK(complaint(header + first + "2022-01-") == cut);
    CHECK(complaint(header + first + "2022-01-02") == cut);
    starts(complaint(header + first + "2022-01-02,2,3"),
           "f.csv:3: the row has 3 cells where the header has 6; it is the last");
    starts(complaint(header + first + "2022-01-02,2,-"),
           "f.csv:3: the row has 3 cells where the header has 6; it is the last");
}

TEST_CASE("lines are counted as an editor counts them") {
    starts(complaint("\r\n\n" + header + "\n" + first + "\r\n2022-01-02,x,3,1,2,10\n"), "f.csv:7: 'x'");
    starts(complaint("note," + header + "\"a\nb\"," + first + "c,2022-01-02,x,3,1,2,10\n"), "f.csv:4: 'x'");
}

TEST_CASE("damaged quotes are refused") {
    starts(about_row("\"2022-01-02,2,3,1,2,10"), "f.csv:3: a quote is opened and never closed");
    starts(about_row("\"2022-01-02\"x,2,3,1,2,10"), "f.csv:3: text follows a closing quote");
}

TEST_CASE("a file with fewer than two bars is refused") {
    starts(complaint(""),
           "f.csv:1: the file is empty; expected a line of column names such as timestamp,open,");
    starts(complaint("\n \r\n"), "f.csv:1: the file is empty;");
    CHECK(complaint(header) ==
          "f.csv:1: the file has no bars after the header; a backtest needs at least two bars");
    CHECK(complaint(header + first) == "f.csv:2: the file has one bar; a backtest needs at least two bars");
}

TEST_CASE("headers that do not say what the columns are, are refused") {
    starts(complaint("2022-01-01,2,3,1,2,10\n"),
           "f.csv:1: the header is missing: the first line holds numbers; expected a line");
    starts(complaint("1,2,3,4\n"), "f.csv:1: the header is missing");
    starts(complaint(",,,\n"), "f.csv:1: the first line has no names");
    starts(about_header("time,open,hihg,close,x,volume"),
           "f.csv:1: no column for: high, low; found: time, open, hihg, close, x, volume (is 'hihg' meant to "
           "be 'high'?); expected");
    starts(about_header("time,open,high,low,close,Close"),
           "f.csv:1: column 'close' stands twice (columns 5 and 6)");
    starts(about_header("time,Time,high,low,close,open"),
           "f.csv:1: column 'time' stands twice (columns 1 and 2)");
    starts(about_header("open time,open_time,high,low,close,open"),
           "f.csv:1: column 'open_time' stands twice");
    CHECK(complaint("\xff\xfet") == "f.csv:1: the file is UTF-16; save it as UTF-8");
    CHECK(complaint(std::string("PAR1\0\1\n", 7)) ==
          "f.csv: the file is no text but bytes of some other format; give bars as CSV");
}

TEST_CASE("a file that is not there, or a folder, is the user's mistake") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(read_bars_csv(folder / "absent.csv"), InputError);
    CHECK_THROWS_AS(read_bars_csv(folder / ""), InputError);
}

TEST_CASE("a damaged file loads as proper bars or is an input error, and never crashes") {
    const std::string valid =
        "\"date\",time,Open,High,Low,Close,Volume,note\r\n"
        "2022.01.01,09:00,1.5,3,1,2,10,\"a \"\"b\"\", c\"\r\n"
        "2022.01.01,10:00,2,4,1.25,3.5,,\r\n"
        "2022.01.01,12:30:15.5,+2.5e0,4,1.25,3.5,7,x\r\n"
        "2022.01.02,00:00,0.1,0.30000000000000004,0.05,0.2,123456789012345678901,y\r\n\r\n";
    const std::string plain =
        "timestamp;open;high;low;close;volume\n1640995200000;1;2;1;2;3\n1640995260000;2;2;1;1;0\n"
        "1640995320000.5;1;1;1;1;4\n";
    REQUIRE(well_formed(parse_bars_csv(valid, "f").bars));
    REQUIRE(well_formed(parse_bars_csv(plain, "f").bars));

    const std::string spice = "\"\",;\t\r\n \0.-+eE0123456789:TZnai\xff\xef<>";
    CHECK(rc::check([&] {
        std::string text = *rc::gen::element(valid, plain);
        const int mutations = *rc::gen::inRange(1, 4);
        for (int i = 0; i < mutations && !text.empty(); ++i) {
            const std::size_t at = *rc::gen::inRange<std::size_t>(0, text.size());
            const std::size_t length = *rc::gen::inRange<std::size_t>(1, 6);
            const char byte = *rc::gen::oneOf(rc::gen::elementOf(spice), rc::gen::arbitrary<char>());
            switch (*rc::gen::inRange(0, 6)) {
            case 0: text[at] = byte; break;
            case 1: text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), byte); break;
            case 2: text.erase(at, length); break;
            case 3:
                text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), length));
                break;
            case 4: text.resize(at); break;
            case 5: std::replace(text.begin(), text.end(), text[at], byte); break;
            }
        }
        // On the heap and of the exact length, so that the address sanitizer sees a read past the end.
        const std::vector<char> exact(text.begin(), text.end());
        try {
            const BarsFile file = parse_bars_csv({exact.data(), exact.size()}, "f.csv");
            RC_ASSERT(well_formed(file.bars));
            RC_ASSERT(file.bars.size() >= 2u);
            RC_TAG("loaded");
        } catch (const InputError& error) {
            RC_ASSERT(std::string(error.what()).starts_with("f.csv:"));
            RC_TAG("refused");
        }
    }));
}
