#include "market/bar_prices.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "market/time_steps.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

std::string positive_problem(std::string_view column, double price, std::string_view place) {
    if (std::isfinite(price) && price > 0.0) return "";
    return fmt::format("{} is {}; prices must be finite and above 0: correct or remove the {}", column,
                       shortest_text(price), place);
}

// Moves a price that rounding has put outside low … high onto the bound; says what is wrong if it is farther.
std::string move_inside(std::string_view column, double& price, const BarPrices& bar, std::string_view place,
                        bool& moved) {
    const double inside = std::clamp(price, bar.low, bar.high);
    if (inside == price) return "";
    if (std::fabs(price - inside) > ohlc_rounding * inside)
        return fmt::format("{} {} lies outside low {} to high {}; correct or remove the {}", column,
                           shortest_text(price), shortest_text(bar.low), shortest_text(bar.high), place);
    price = inside;
    moved = true;
    return "";
}

std::string counted(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", with_thousands(count), what, count == 1 ? "" : "s");
}

} // namespace

SettledPrices settle_prices(BarPrices& bar, std::string_view place) {
    SettledPrices out;
    for (const auto& [column, price] : {std::pair("open", bar.open), std::pair("high", bar.high),
                                        std::pair("low", bar.low), std::pair("close", bar.close)})
        if (out.problem = positive_problem(column, price, place); !out.problem.empty()) return out;
    if (bar.volume < 0.0 || std::isinf(bar.volume)) {
        out.problem = fmt::format("volume is {}; it must be a finite number, not negative, or empty where "
                                  "unknown",
                                  shortest_text(bar.volume));
    } else if (bar.high < bar.low) {
        out.problem =
            fmt::format("high {} is below low {}; correct or remove the {}, or the names of the columns",
                        shortest_text(bar.high), shortest_text(bar.low), place);
    } else {
        out.problem = move_inside("open", bar.open, bar, place, out.moved);
        if (out.problem.empty()) out.problem = move_inside("close", bar.close, bar, place, out.moved);
    }
    return out;
}

std::vector<std::string> bar_warnings(const std::string& name, std::span<const std::int64_t> time,
                                      std::int64_t period_ns, const MovedBars& moved) {
    std::vector<std::string> warnings;
    const Gaps gaps = find_gaps(time, period_ns);
    if (gaps.count != 0)
        warnings.push_back(fmt::format("{}: {} (steps over {}); the largest is {} after {}", name,
                                       counted(gaps.count, "gap"), duration_text(period_ns),
                                       duration_text(gaps.largest), time_text(gaps.after)));
    if (moved.count != 0)
        warnings.push_back(
            fmt::format("{}: {} with an open or close outside low to high by a rounding error, moved to the "
                        "bound; the first is {}",
                        name, counted(moved.count, "bar"), moved.first));
    return warnings;
}

} // namespace threadx
