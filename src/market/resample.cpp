#include "market/resample.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "market/time_steps.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

constexpr std::int64_t nanoseconds_per_week = 7 * nanoseconds_per_day;
constexpr std::int64_t first_monday = 4 * nanoseconds_per_day; // 1970-01-05

// The start of the bucket that `time` falls into.
std::int64_t bucket_start(std::int64_t time, std::int64_t period) {
    const std::int64_t origin = period % nanoseconds_per_week == 0 ? first_monday : 0;
    // The remainders are taken apart, and the negative one lifted, so that nothing overflows but the result.
    std::int64_t into = (time % period - origin % period) % period;
    if (into < 0) into += period;
    std::int64_t start = 0;
    if (__builtin_sub_overflow(time, into, &start))
        throw InputError(
            fmt::format("resampling to {}: the bar that holds {} would begin before the year 1678",
                        duration_text(period), time_text(time)));
    return start;
}

void check_period(const Bars& bars, std::int64_t period) {
    if (!bars.has_time())
        throw InputError("resampling needs bars with times; these have none: add a 'timestamp' column");
    if (period <= 0)
        throw InputError(
            fmt::format("resampling to a period of {}: it must be above 0", duration_text(period)));
    const std::int64_t own = most_common_step(bars.time);
    if (own != 0 && period % own != 0)
        throw InputError(
            fmt::format("resampling to {} is not possible: the bars have a period of {}, and the new one "
                        "must be a whole multiple of it",
                        duration_text(period), duration_text(own)));
}

void begin_bar(Bars& out, const Bars& bars, std::size_t i, std::int64_t start) {
    out.time.push_back(start);
    out.open.push_back(bars.open[i]);
    out.high.push_back(bars.high[i]);
    out.low.push_back(bars.low[i]);
    out.close.push_back(bars.close[i]);
    out.volume.push_back(bars.volume[i]);
}

void extend_bar(Bars& out, const Bars& bars, std::size_t i) {
    out.high.back() = std::max(out.high.back(), bars.high[i]);
    out.low.back() = std::min(out.low.back(), bars.low[i]);
    out.close.back() = bars.close[i];
    double& volume = out.volume.back();
    if (std::isnan(volume))
        volume = bars.volume[i];
    else if (!std::isnan(bars.volume[i]))
        volume += bars.volume[i];
}

} // namespace

Bars resample(const Bars& bars, std::int64_t period_ns) {
    check_period(bars, period_ns);
    Bars out;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const std::int64_t start = bucket_start(bars.time[i], period_ns);
        if (out.time.empty() || out.time.back() != start)
            begin_bar(out, bars, i, start);
        else
            extend_bar(out, bars, i);
    }
    return out;
}

} // namespace threadx
