#include <cstdlib>
#include <iostream>

#include <doctest/doctest.h>

#include "bars_for_tests.hpp"
#include "market/csv_reader.hpp"
#include "market/csv_writer.hpp"
#include "market/resample.hpp"
#include "market/time_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

// The folder with the real files, or an empty path after a line that says why the test is skipped.
std::filesystem::path data_folder() {
    const char* variable = std::getenv("THREADX_SHARED");
    const std::string shared = variable != nullptr ? variable : THREADX_SHARED;
    const std::filesystem::path folder = std::filesystem::path(shared) / "data";
    if (!shared.empty() && std::filesystem::is_directory(folder)) return folder;
    std::cout << "skipped: tests with real bars, because "
              << (shared.empty() ? "THREADX_SHARED is not set" : folder.string() + " is not a folder")
              << std::endl;
    return {};
}

// What an independent reader (Python's csv and datetime) finds in each file.
struct Expected {
    const char* file;
    std::size_t bars;
    const char* first;
    const char* last;
    const char* period;
    const char* gaps; // the warning after the file's name; empty for none
    const char* sha256;
};
const Expected files[] = {
    {"btc_perp_1m_2022-01.csv", 45031, "2021-12-31T23:01:00Z", "2022-02-01T05:31:00Z", "1m", "",
     "65ab55cd5f3531aa64f429772a38331fe82a92973cbb32a79b243073236c8da3"},
    {"eurusd_1h_2017-2018.csv", 5000, "2017-04-19T09:00:00Z", "2018-02-07T15:00:00Z", "1h",
     ": 42 gaps (steps over 1h); the largest is 73h after 2017-12-22T21:00:00Z",
     "81e977905a006cc8fbc034ebdb83c999a8ed6ba00191dc7ea5ef5b386fb74a82"},
    {"goog_1d_2004-2013.csv", 2148, "2004-08-19T00:00:00Z", "2013-03-01T00:00:00Z", "1d",
     ": 463 gaps (steps over 1d); the largest is 5d after 2006-12-29T00:00:00Z",
     "60e961a567490b157f71888df9e6afb36190a34a40a6286aa38988e2343f1b1a"},
    {"spy_1h_1998-2021.csv", 40832, "1998-01-02T09:00:00Z", "2021-03-31T15:00:00Z", "1h",
     ": 5,848 gaps (steps over 1h); the largest is 162h after 2001-09-10T15:00:00Z",
     "03ac1c9f6dafa5cbb5f48e30ba9e650d1bb4d91b35d58b2488f687d86d085bc8"},
    {"xauusd_1h_2006-2020.csv", 76499, "2006-03-20T00:00:00Z", "2019-02-25T23:00:00Z", "1h",
     ": 1,524 gaps (steps over 1h); the largest is 152h after 2016-12-09T21:00:00Z",
     "848d2bcadacc508d16b93a77edf39e3db33d8e94f6c7abcbb2269795b7b56dd2"},
};

} // namespace

TEST_CASE("real files load as they are") {
    const std::filesystem::path folder = data_folder();
    if (folder.empty()) return;
    for (const Expected& expected : files) {
        CAPTURE(expected.file);
        const std::string path = (folder / expected.file).string();
        const BarsFile file = read_bars_csv(path);
        CHECK(file.bars.size() == expected.bars);
        CHECK(well_formed(file.bars));
        CHECK(file.sha256 == expected.sha256);
        CHECK(time_text(file.bars.time.front()) == expected.first);
        CHECK(time_text(file.bars.time.back()) == expected.last);
        CHECK(duration_text(file.bar_period_ns) == expected.period);
        const std::vector<std::string> warnings = *expected.gaps == '\0'
                                                      ? std::vector<std::string>{}
                                                      : std::vector<std::string>{path + expected.gaps};
        CHECK(file.warnings == warnings);
        CHECK(same_bits(parse_bars_csv(bars_csv(file.bars), "again").bars, file.bars));
    }
}

TEST_CASE("real minutes make the right days") {
    const std::filesystem::path folder = data_folder();
    if (folder.empty()) return;
    const Bars minutes = read_bars_csv(folder / "btc_perp_1m_2022-01.csv").bars;
    const Bars days = resample(minutes, nanoseconds_per_day);
    REQUIRE(days.size() == 33); // the last hour of 2021 to the sixth hour of February
    CHECK(well_formed(days));
    const std::size_t i = 15; // 2022-01-15, put together from the file's rows by a script
    CHECK(time_text(days.time[i]) == "2022-01-15T00:00:00Z");
    CHECK(days.open[i] == 43089.0);
    CHECK(days.high[i] == 43825.0);
    CHECK(days.low[i] == 42578.0);
    CHECK(days.close[i] == 43117.0);
    CHECK(days.volume[i] == 1628296495.8206);
    // Days made of hours are the days made of minutes, but for the order in which volumes are added.
    Bars from_hours = resample(resample(minutes, 3600 * nanoseconds_per_second), nanoseconds_per_day);
    for (std::size_t k = 0; k < days.size(); ++k)
        CHECK(from_hours.volume[k] == doctest::Approx(days.volume[k]).epsilon(1e-12));
    from_hours.volume = days.volume;
    CHECK(same_bits(from_hours, days));
}
