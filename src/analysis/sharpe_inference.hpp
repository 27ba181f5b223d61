// How sure one can be of a Sharpe ratio: that of one strategy, and that of the best of many.
//
// Sharpe ratios here are per return (mean / standard deviation of the returns), never annualised; skewness
// and kurtosis are population moments, the kurtosis 3 for a normal distribution.
#pragma once

namespace threadx {

struct SharpeEstimate {
    double sharpe = 0.0;
    double skew = 0.0;
    double kurtosis = 3.0;
    double returns = 0.0; // how many the estimate rests on
};

// The probability that the true Sharpe ratio exceeds `benchmark`: Bailey & López de Prado, "The Sharpe ratio
// efficient frontier", Journal of Risk 15 (2012). NaN if there are fewer than 2 returns or the moments
// cannot be those of one distribution (the estimate's variance would not be positive).
double probabilistic_sharpe(const SharpeEstimate& estimate, double benchmark);

// How many returns it takes to be sure that the true Sharpe ratio exceeds `benchmark`, with `confidence` in
// (0, 1), if what was estimated stays as it is: the same paper. Infinite if the estimate does not
// exceed the benchmark.
double minimum_track_record_length(const SharpeEstimate& estimate, double benchmark, double confidence);

// The largest Sharpe ratio to be expected among `trials` ≥ 1 independent strategies without skill, whose
// Sharpe ratios vary by `variance`: Bailey & López de Prado, "The deflated Sharpe ratio", Journal of
// Portfolio Management 40 (2014). 0 for one trial.
double expected_maximum_sharpe(double trials, double variance);

// The probability that the best of `trials` strategies has a positive true Sharpe ratio, given that it was
// chosen: the probabilistic Sharpe ratio against the expected maximum. Same paper.
double deflated_sharpe(const SharpeEstimate& best, double trials, double variance);

// The years of data below which the best of `trials` ≥ 1 strategies without skill is expected to have an
// annualised Sharpe ratio of `annual_sharpe` > 0 or more: Bailey, Borwein, López de Prado & Zhu,
// "Pseudo-mathematics and financial charlatanism", Notices of the AMS 61 (2014).
double minimum_backtest_years(double trials, double annual_sharpe);

} // namespace threadx
