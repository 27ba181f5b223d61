// An equity curve in as many points as a chart shows, and its returns by month.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "market/bars.hpp"

namespace threadx {

// Each point stands for the same number of bars; the last one may have fewer.
struct EquityCurve {
    std::vector<double> last;     // equity at the last close of the point
    std::vector<double> drawdown; // largest of the point's bars, a fraction of the peak so far
};

// How many bars a point stands for.
std::size_t bars_per_point(std::size_t bars);

EquityCurve equity_curve(std::span<const double> equity, double capital);

// The last bar of each point.
std::vector<double> point_times(const Bars& bars);

struct MonthlyReturn {
    std::string month; // "2022-01"
    double value = 0.0;
};

// The equity at the end of each month of the data over that of the month before, less 1; the first month's
// over the capital. Their product is the return of the whole. Nothing where the bars have no times; 0 after
// ruin.
std::vector<MonthlyReturn> monthly_returns(std::span<const double> equity, const Bars& bars, double capital);

} // namespace threadx
