#include "analysis/overfitting.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/metric_parts.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t resampling_seed = 1;
constexpr double mean_blocks = 1.0; // that follow each other in a resample: they are long as they are

double returns_of(const ReturnBlocks& blocks) {
    return std::accumulate(blocks.returns_per_block.begin(), blocks.returns_per_block.end(), 0.0);
}

// Per return, as SEMANTICS has it; NaN of one that never traded.
double sharpe_of(const ReturnBlocks& blocks, std::size_t trial, double returns) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t b = 0; b < blocks.blocks; ++b) {
        sum += blocks.sums[trial * blocks.blocks + b];
        squares += blocks.squares[trial * blocks.blocks + b];
    }
    const double deviation = metric_parts::sample_deviation(sum, squares, returns);
    return metric_parts::ratio(sum / returns, deviation);
}

} // namespace

std::size_t best_trial(const ReturnBlocks& blocks) {
    const double returns = returns_of(blocks);
    std::size_t best = blocks.scenarios.size();
    double most = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < blocks.scenarios.size(); ++i) {
        const double sharpe = sharpe_of(blocks, i, returns);
        if (!(sharpe > most)) continue;
        most = sharpe;
        best = i;
    }
    return best;
}

OverfittingReport assess_overfitting(const ReturnBlocks& blocks, const Statistics& best, double bars_per_year,
                                     std::size_t threads, double most_comparisons) {
    OverfittingReport out;
    out.scenarios = blocks.scenarios.size();
    out.bars_per_year = bars_per_year;
    const std::size_t chosen = best_trial(blocks);
    if (chosen == out.scenarios) return out;
    out.best = blocks.scenarios[chosen];
    const double returns = returns_of(blocks);
    const MetricContext context{static_cast<std::size_t>(returns) + 1, 1.0, 1.0};
    out.estimate = {sharpe_of(blocks, chosen, returns), metric_parts::skew(best, context),
                    metric_parts::kurtosis(best, context), returns};
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < out.scenarios; ++i) {
        const double sharpe = sharpe_of(blocks, i, returns);
        if (std::isnan(sharpe)) continue;
        ++out.trials;
        sum += sharpe;
        squares += sharpe * sharpe;
    }
    const double deviation =
        out.trials > 1 ? metric_parts::sample_deviation(sum, squares, static_cast<double>(out.trials)) : 0.0;
    out.sharpe_variance = deviation * deviation;
    out.effective = effective_trials(blocks);
    out.expected_sharpe = expected_maximum_sharpe(out.effective.trials, out.sharpe_variance);
    out.probabilistic = probabilistic_sharpe(out.estimate, 0.0);
    out.deflated = deflated_sharpe(out.estimate, out.effective.trials, out.sharpe_variance);
    out.track_record = minimum_track_record_length(out.estimate, 0.0, 0.95);
    const double annual = out.estimate.sharpe * std::sqrt(bars_per_year);
    out.backtest_years = annual > 0.0 ? minimum_backtest_years(out.effective.trials, annual)
                                      : std::numeric_limits<double>::quiet_NaN();
    out.cross_validation = cross_validate(blocks, threads, most_comparisons);
    out.reality_check = reality_check(blocks, reality_check_resamples(blocks.blocks, out.scenarios),
                                      mean_blocks, resampling_seed, threads);
    return out;
}

} // namespace threadx
