#include "report/equity_curve.hpp"

#include <algorithm>

#include "report/bar_time.hpp"

namespace threadx {
namespace {

constexpr std::size_t most_points = 2000;

} // namespace

std::size_t bars_per_point(std::size_t bars) { return (bars + most_points - 1) / most_points; }

EquityCurve equity_curve(std::span<const double> equity, double capital) {
    EquityCurve curve;
    const std::size_t step = bars_per_point(equity.size());
    double peak = capital;
    for (std::size_t first = 0; first < equity.size(); first += step) {
        const std::span<const double> point = equity.subspan(first, std::min(step, equity.size() - first));
        double deepest = 0.0;
        for (const double value : point) {
            peak = std::max(peak, value);
            deepest = std::max(deepest, (peak - value) / peak);
        }
        curve.last.push_back(point.back());
        curve.drawdown.push_back(deepest);
    }
    return curve;
}

std::vector<double> point_times(const Bars& bars) {
    std::vector<double> times;
    const std::size_t step = bars_per_point(bars.size());
    for (std::size_t first = 0; first < bars.size(); first += step)
        times.push_back(bar_time(bars, std::min(first + step, bars.size()) - 1));
    return times;
}

std::vector<MonthlyReturn> monthly_returns(std::span<const double> equity, const Bars& bars, double capital) {
    std::vector<MonthlyReturn> months;
    if (!bars.has_time()) return months;
    double before = capital;
    for (std::size_t t = 0; t < equity.size(); ++t) {
        if (t + 1 < equity.size() && !month_ends(bars, t)) continue;
        months.push_back({month_name(bars, t), before > 0.0 ? equity[t] / before - 1.0 : 0.0});
        before = equity[t];
    }
    return months;
}

} // namespace threadx
