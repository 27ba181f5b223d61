#include "market/array_bars.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/sha256.hpp"
#include "market/bar_prices.hpp"
#include "market/time_steps.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

[[noreturn]] void fail_at(const std::string& name, std::size_t bar, const std::string& problem) {
    throw InputError(fmt::format("{}[{}]: {}", name, bar, problem));
}

void check_lengths(const Bars& bars, const std::string& name) {
    const auto check = [&](const char* column, std::size_t size) {
        if (size != bars.size())
            throw InputError(fmt::format("{}: '{}' has {} values and 'close' {}; all have one for each bar",
                                         name, column, with_thousands(size), with_thousands(bars.size())));
    };
    check("open", bars.open.size());
    check("high", bars.high.size());
    check("low", bars.low.size());
    check("volume", bars.volume.size());
    if (bars.has_time()) check("time", bars.time.size());
    if (bars.size() < 2)
        throw InputError(fmt::format("{}: {}; a backtest needs at least two bars", name,
                                     bars.size() == 0 ? "no bars" : "one bar"));
}

void check_times(const Bars& bars, const std::string& name) {
    const BarValues<std::int64_t>& time = bars.time;
    for (std::size_t i = 1; i < time.size(); ++i) {
        if (time[i] == time[i - 1])
            fail_at(
                name, i,
                fmt::format("time {} is that of the bar before; remove one of the two", time_text(time[i])));
        if (time[i] < time[i - 1])
            fail_at(name, i,
                    fmt::format("time {} is before that of the bar before, {}; sort by time, "
                                "oldest first",
                                time_text(time[i]), time_text(time[i - 1])));
    }
    std::int64_t span = 0;
    if (!time.empty() && __builtin_sub_overflow(time.back(), time.front(), &span))
        fail_at(name, time.size() - 1, "the time is over 292 years after the first");
}

BarPrices prices_of(const Bars& bars, std::size_t i) {
    return {bars.open[i], bars.high[i], bars.low[i], bars.close[i], bars.volume[i]};
}

MovedBars check_prices(Bars& bars, const std::string& name) {
    const Bars given = bars; // which are read here, and not copied by that
    MovedBars moved;
    for (std::size_t i = 0; i < given.size(); ++i) {
        BarPrices prices = prices_of(given, i);
        if (are_sound(prices)) continue;
        const SettledPrices settled = settle_prices(prices, "bar");
        if (!settled.problem.empty()) fail_at(name, i, settled.problem);
        bars.open[i] = prices.open;
        bars.close[i] = prices.close;
        if (moved.count++ == 0) moved.first = fmt::format("{}[{}]", name, i);
    }
    return moved;
}

std::string hash_of(const Bars& bars) {
    Sha256 hash;
    hash.update(fmt::format("threadx bars {} {}\n", bars.size(), bars.has_time()));
    hash.update(std::as_bytes(std::span<const std::int64_t>(bars.time)));
    for (const BarValues<double>* column : {&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume})
        hash.update(std::as_bytes(std::span<const double>(*column)));
    return hash.hex_digest();
}

} // namespace

BarsFile check_array_bars(Bars bars, const std::string& name) {
    check_lengths(bars, name);
    check_times(bars, name);
    const MovedBars moved = check_prices(bars, name);
    BarsFile out;
    out.bar_period_ns = most_common_step(bars.time);
    out.warnings = bar_warnings(name, bars.time, out.bar_period_ns, moved);
    out.sha256 = hash_of(bars);
    out.bars = std::move(bars);
    return out;
}

} // namespace threadx
