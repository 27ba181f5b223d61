#include "market/bar_times.hpp"

#include <algorithm>

#include "market/time_text.hpp"

namespace threadx {

std::vector<double> bar_ends(std::span<const double> start) {
    double step = start.size() < 2 ? 0.0 : start[1] - start[0];
    for (std::size_t i = 2; i < start.size(); ++i) step = std::min(step, start[i] - start[i - 1]);
    std::vector<double> end;
    end.reserve(start.size());
    for (const double time : start) end.push_back(time + step);
    return end;
}

BarTimes bar_times(const Bars& bars) {
    BarTimes out;
    out.start.reserve(bars.time.size());
    for (const std::int64_t time : bars.time) {
        std::int64_t whole = time / nanoseconds_per_millisecond;
        if (time % nanoseconds_per_millisecond < 0) --whole; // before 1970
        out.start.push_back(static_cast<double>(whole));
    }
    out.end = bar_ends(out.start);
    return out;
}

} // namespace threadx
