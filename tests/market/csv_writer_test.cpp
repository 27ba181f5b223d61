#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "bars_for_tests.hpp"
#include "base/file.hpp"
#include "market/csv_reader.hpp"
#include "market/csv_writer.hpp"
#include "market/synthetic.hpp"
#include "market/time_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

// Any positive finite double: all exponents, all digits.
rc::Gen<double> prices() {
    return rc::gen::map(rc::gen::inRange<std::uint64_t>(1, 0x7ff0000000000000u),
                        [](std::uint64_t bits) { return std::bit_cast<double>(bits); });
}

rc::Gen<Bars> any_bars() {
    return rc::gen::exec([] {
        Bars bars;
        const int count = *rc::gen::inRange(2, 20);
        const bool timed = *rc::gen::arbitrary<bool>();
        const std::int64_t unit =
            *rc::gen::element<std::int64_t>(1, 1'000'000, nanoseconds_per_second, nanoseconds_per_day);
        std::int64_t time =
            *rc::gen::inRange<std::int64_t>(-1'000'000'000, 2'000'000'000) * nanoseconds_per_second;
        for (int i = 0; i < count; ++i) {
            std::vector<double> range = *rc::gen::container<std::vector<double>>(4, prices());
            std::sort(range.begin(), range.end());
            const bool rises = *rc::gen::arbitrary<bool>();
            time += unit * *rc::gen::inRange(1, 100);
            if (timed) bars.time.push_back(time);
            bars.low.push_back(range[0]);
            bars.open.push_back(range[rises ? 1 : 2]);
            bars.close.push_back(range[rises ? 2 : 1]);
            bars.high.push_back(range[3]);
            bars.volume.push_back(*rc::gen::arbitrary<bool>() ? *prices()
                                                              : std::numeric_limits<double>::quiet_NaN());
        }
        return bars;
    });
}

} // namespace

TEST_CASE("bars are written as text that shows what they are") {
    Bars bars;
    bars.time = {0, 60 * nanoseconds_per_second};
    bars.open = {0.1, 2.0};
    bars.high = {0.30000000000000004, 1e22};
    bars.low = {0.1, 1.0};
    bars.close = {0.2, 2.5};
    bars.volume = {1234567.0, std::numeric_limits<double>::quiet_NaN()};
    CHECK(bars_csv(bars) == "timestamp,open,high,low,close,volume\n"
                            "1970-01-01T00:00:00Z,0.1,0.30000000000000004,0.1,0.2,1234567\n"
                            "1970-01-01T00:01:00Z,2,1e+22,1,2.5,\n");
    bars.time.clear();
    CHECK(bars_csv(bars).starts_with("open,high,low,close,volume\n0.1,"));
}

TEST_CASE("what is written reads back as the same bits") {
    CHECK(rc::check([] {
        const Bars bars = *any_bars();
        RC_ASSERT(well_formed(bars));
        const BarsFile file = parse_bars_csv(bars_csv(bars), "f.csv");
        RC_ASSERT(same_bits(file.bars, bars));
    }));
}

TEST_CASE("a file of many pieces is the same text, and leaves nothing beside it") {
    const Bars bars = synthesize({.bars = 60'000});
    const TemporaryFolder folder;
    std::ofstream(folder / "bars.csv") << "old";
    write_bars_csv(folder / "bars.csv", bars);
    CHECK(read_file(folder / "bars.csv") == bars_csv(bars));
    CHECK(same_bits(read_bars_csv(folder / "bars.csv").bars, bars));
    CHECK(folder.files() == 1);
}

TEST_CASE("a failure to write is an error and leaves nothing behind") {
    const Bars bars = synthesize({.bars = 100});
    const TemporaryFolder folder;
    CHECK_THROWS_AS(write_bars_csv(folder / "absent" / "bars.csv", bars), IoError);
    CHECK_THROWS_AS(write_bars_csv(folder / "", bars), IoError);
    CHECK(folder.files() == 0);
    if (std::filesystem::exists("/dev/full")) {
        CHECK(message_of([&] { write_bars_csv("/dev/full", bars); }) ==
              "cannot write '/dev/full': No space left on device");
        CHECK(std::filesystem::is_character_file("/dev/full"));
    }
}
