// The metrics as other packages define them, for results to be compared with theirs. What differs is a table
// in the .cpp, an entry for each metric; all others are ThreadX's (SEMANTICS section 7). Values keep
// ThreadX's sign and scale: fractions, drawdowns positive, undefined where a package says infinite.
//
// vectorbt (1.2)          `Portfolio.returns()` has a return for each bar, that of the first one 0; a year
//                         has 365 days of bars of their usual length (its `freq`), whatever is missing
//                         between some. sharpe, sortino, volatility, cagr, calmar.
// quantstats (0.0.86)     `equity.pct_change().dropna()`, whatever a bar is, with its default of 252 periods
//                         a year. sharpe, sortino, volatility, cagr, calmar; ulcer_index over returns - 1;
//                         skew and kurtosis without bias, the kurtosis in excess of the normal's 3;
//                         profit_factor of returns, not of trades.
// backtesting.py (0.6)    volatility and sharpe from the geometric mean of the days' returns, sortino and
//                         calmar of the annualised return; a year has 252 days, 365 where there are weekends,
//                         52 weeks, 12 months.
//
// The tests compare with what the packages said of ordinary and of hard curves: no trades, only losses, ruin,
// two bars, months, hours, half hours of trading days (tests/analysis/convention_goldens.csv), and
// `make conventions` with the packages themselves. What differs, and why:
// - backtesting.py and QuantStats' reports make days of bars shorter than one first, which cannot be had of
//   sufficient statistics. Here each bar is a period: compare on daily bars, or with `[data] resample =
//   "1d"`.
// - backtesting.py looks for bars on Saturdays and Sundays; here a sixth of the days missing means that there
//   are no weekends. Both say the same of more than a week or two.
// - After ruin returns are 0 here and in vectorbt. `pct_change().dropna()` and backtesting.py leave those
//   bars out, so their means are of fewer returns.
// - Undefined here: what vectorbt and quantstats call infinite, and quantstats' profit factor of 0 where
// there
//   are neither gains nor losses.
// - quantstats' exposure, win_rate, avg_win, avg_loss count bars by their return; backtesting.py's exposure
//   counts the bar of the exit, and its profit_factor, expectancy, best and worst trade are of trades'
//   returns in percent. These stay ThreadX's: they would need other statistics of each scenario.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/metrics.hpp"

namespace threadx {

// As settings call them, in the order of the enumeration.
const std::vector<std::string>& metric_convention_names();

const std::string& metric_convention_name(MetricConvention convention);

// InputError, naming the nearest one, if there is no such convention.
MetricConvention metric_convention(const std::string& name);

// By metric, in the order of metrics().
std::span<const MetricFunction> metric_functions(MetricConvention convention);

} // namespace threadx
