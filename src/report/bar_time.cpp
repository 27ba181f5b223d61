#include "report/bar_time.hpp"

#include <chrono>

#include "market/time_text.hpp"

namespace threadx {
namespace {

std::chrono::year_month month_of(const Bars& bars, std::size_t t) {
    const std::chrono::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds(bars.time[t])};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
    return day.year() / day.month();
}

} // namespace

double bar_time(const Bars& bars, std::size_t t) {
    if (!bars.has_time()) return static_cast<double>(t);
    return static_cast<double>(bars.time[t]) / static_cast<double>(nanoseconds_per_second);
}

std::string month_name(const Bars& bars, std::size_t t) { return time_text(bars.time[t]).substr(0, 7); }

bool month_ends(const Bars& bars, std::size_t t) { return month_of(bars, t) != month_of(bars, t + 1); }

} // namespace threadx
