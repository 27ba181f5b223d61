// Candles of a whole series, and bars around trades.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "report/packed_numbers.hpp"
#include "report/price_candles.hpp"

namespace threadx {
namespace {

Trade trade(std::int64_t entry, std::int64_t exit, double pnl) {
    Trade out;
    out.entry_bar = entry;
    out.exit_bar = exit;
    out.pnl = pnl;
    return out;
}

std::size_t bars_in(const std::vector<std::pair<std::size_t, std::size_t>>& ranges) {
    std::size_t sum = 0;
    for (const auto& [first, last] : ranges) sum += last - first;
    return sum;
}

} // namespace

TEST_CASE("all bars are shown where they fit, else some 20,000 candles") {
    CHECK(bars_per_candle(50'000) == 1);
    CHECK(bars_per_candle(50'001) == 3);
    CHECK(bars_per_candle(1'000'000) == 50);
}

TEST_CASE("a candle of several bars opens with the first, closes with the last, and has their extremes") {
    Bars bars;
    for (int t = 0; t < 60'000; ++t) {
        bars.open.push_back(t);
        bars.high.push_back(t == 1 ? 1e6 : t + 2);
        bars.low.push_back(t == 2 ? -5 : t - 2);
        bars.close.push_back(t + 1);
    }
    REQUIRE(bars_per_candle(bars.size()) == 3);
    const auto json = nlohmann::json::parse(candles_json(bars, {}));
    const auto begins = [&](const char* name,
                            float value) { // a float alone takes 8 characters, 6 of them its own
        return json["whole"][name].get<std::string>().substr(0, 5) ==
               packed(std::vector<float>{value}).substr(0, 5);
    };
    CHECK(begins("open", 0.0F));
    CHECK(begins("high", 1e6F));
    CHECK(begins("low", -5.0F));
    CHECK(begins("close", 3.0F));
    CHECK(json["bars"] == 60'000);
    CHECK_FALSE(json["has_time"]);
}

TEST_CASE("single bars lie around entries and exits, the largest gains and losses first") {
    const std::vector<std::vector<Trade>> scenarios = {{trade(1000, 5000, 1.0), trade(20'000, 20'010, -9.0)}};
    const auto ranges = detailed_bars(scenarios, 100'000);
    REQUIRE(ranges.size() == 3);
    CHECK(ranges[0].first == 940);
    CHECK(ranges[0].second == 1060);
    CHECK(ranges[1].first == 4940);
    CHECK(ranges[2] == std::pair<std::size_t, std::size_t>{19'940, 20'070}); // entry and exit in one
    CHECK(detailed_bars(std::vector<std::vector<Trade>>{{trade(3, 99'999, 1.0)}}, 100'000) ==
          std::vector<std::pair<std::size_t, std::size_t>>{{0, 63}, {99'939, 100'000}});
}

TEST_CASE("single bars never take more room than there is, and the largest trades have it") {
    std::vector<Trade> trades;
    for (int i = 0; i < 3000; ++i) trades.push_back(trade(i * 300, i * 300 + 150, i));
    const auto ranges = detailed_bars(std::vector<std::vector<Trade>>{trades}, 900'000);
    CHECK(bars_in(ranges) <= 30'000);
    CHECK(bars_in(ranges) > 29'000);
    CHECK(ranges.back().second == 2999 * 300 + 150 + 60); // of the largest gain
}

} // namespace threadx
