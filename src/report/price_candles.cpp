#include "report/price_candles.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "report/bar_time.hpp"
#include "report/packed_numbers.hpp"

namespace threadx {
namespace {

constexpr std::size_t most_coarse_candles = 20'000;
constexpr std::size_t bars_around = 60; // an entry or exit, on each side

struct Candles {
    std::vector<double> time; // of the first bar
    std::vector<float> open, high, low, close;

    // Bars [first, last) in candles of `step` bars.
    void add(const Bars& bars, std::size_t first, std::size_t last, std::size_t step) {
        for (std::size_t t = first; t < last; t += step) {
            const std::size_t end = std::min(t + step, last);
            const auto from = static_cast<std::ptrdiff_t>(t);
            const auto to = static_cast<std::ptrdiff_t>(end);
            time.push_back(bar_time(bars, t));
            open.push_back(static_cast<float>(bars.open[t]));
            high.push_back(
                static_cast<float>(*std::max_element(bars.high.begin() + from, bars.high.begin() + to)));
            low.push_back(
                static_cast<float>(*std::min_element(bars.low.begin() + from, bars.low.begin() + to)));
            close.push_back(static_cast<float>(bars.close[end - 1]));
        }
    }

    nlohmann::ordered_json json() const {
        return {{"time", packed(time)},
                {"open", packed(open)},
                {"high", packed(high)},
                {"low", packed(low)},
                {"close", packed(close)}};
    }
};

// The trades of a scenario, those that gained or lost most first.
std::vector<Trade> by_size(std::vector<Trade> trades) {
    std::stable_sort(trades.begin(), trades.end(),
                     [](const Trade& a, const Trade& b) { return std::fabs(a.pnl) > std::fabs(b.pnl); });
    return trades;
}

// Marks the bars around t, and says how many of them were not marked before.
std::size_t mark_around(std::vector<bool>& marked, std::int64_t t) {
    const auto bar = static_cast<std::size_t>(t);
    std::size_t added = 0;
    for (std::size_t i = bar - std::min(bar, bars_around); i < std::min(bar + bars_around, marked.size());
         ++i) {
        if (!marked[i]) ++added;
        marked[i] = true;
    }
    return added;
}

} // namespace

std::size_t bars_per_candle(std::size_t bars) {
    return bars <= most_candles ? 1 : (bars + most_coarse_candles - 1) / most_coarse_candles;
}

std::vector<std::pair<std::size_t, std::size_t>> detailed_bars(std::span<const std::vector<Trade>> scenarios,
                                                               std::size_t bars) {
    std::vector<std::vector<Trade>> ordered;
    std::size_t most_trades = 0;
    for (const std::vector<Trade>& trades : scenarios) {
        ordered.push_back(by_size(trades));
        most_trades = std::max(most_trades, trades.size());
    }
    std::vector<bool> marked(bars);
    std::size_t room = most_candles - most_coarse_candles;
    for (std::size_t i = 0; i < most_trades; ++i)
        for (const std::vector<Trade>& trades : ordered) {
            if (i >= trades.size() || room < 4 * bars_around) continue;
            room -= mark_around(marked, trades[i].entry_bar);
            room -= mark_around(marked, trades[i].exit_bar);
        }
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    for (std::size_t t = 0; t < bars; ++t) {
        if (!marked[t]) continue;
        if (ranges.empty() || ranges.back().second != t) ranges.emplace_back(t, t);
        ranges.back().second = t + 1;
    }
    return ranges;
}

std::string candles_json(const Bars& bars, std::span<const std::vector<Trade>> scenarios) {
    nlohmann::ordered_json out;
    const std::size_t step = bars_per_candle(bars.size());
    out["bars"] = bars.size();
    out["bars_per_candle"] = step;
    out["has_time"] = bars.has_time();
    Candles whole;
    whole.add(bars, 0, bars.size(), step);
    out["whole"] = whole.json();
    out["ranges"] = nlohmann::ordered_json::array();
    Candles details;
    if (step > 1)
        for (const auto& [first, last] : detailed_bars(scenarios, bars.size())) {
            out["ranges"].push_back({first, last});
            details.add(bars, first, last, 1);
        }
    out["details"] = details.json();
    return out.dump();
}

} // namespace threadx
