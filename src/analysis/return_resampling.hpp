// The equity curve of a backtest in other orders of time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/outcomes.hpp"

namespace threadx {

// A stretch of an equity curve, as a part of what the equity is at its start. Stretches can be put together
// in any order without looking at their bars: growth multiplies, and the largest drawdown of the whole
// follows from each one's own and from its lowest point below the peak before it.
struct CurveStretch {
    double growth = 1.0;   // equity at the end
    double highest = 1.0;  // at a close of the stretch, or 1
    double lowest = 1.0;   // at a close of the stretch, or 1
    double drawdown = 0.0; // largest within the stretch, its start included
    double return_sum = 0.0;
    double return_squares = 0.0;
    std::size_t returns = 0;
};

struct CurveStretches {
    std::vector<CurveStretch> stretches;
    double bars_per_stretch = 1.0;
    double bars_per_year = 0.0;
};

// Cuts the curve's returns into `most` contiguous stretches of nearly the same length, or one for each return
// if there are fewer. After the account is lost returns are 0.
CurveStretches cut_curve(std::span<const double> equity, double bars_per_year, std::size_t most);

// `count` curves of the same length by the stationary bootstrap over the stretches, in blocks of `mean_bars`
// bars on average. Drawdowns are those at every close, not only at the ends of stretches.
std::vector<Outcome> bootstrap_returns(const CurveStretches& curve, double mean_bars, std::size_t count,
                                       std::uint64_t seed, std::size_t threads);

} // namespace threadx
