// What many simulations of one scenario come to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "base/parallel.hpp"

namespace threadx {

// Of one simulation. NaN where undefined.
struct Outcome {
    double total_return = 0.0; // a fraction of the capital
    double max_drawdown = 0.0; // a positive fraction of the peak
    double sharpe = 0.0;       // a year's
    bool ruined = false;       // nothing was left
};

// The value below which a fraction `probability` of the values lies, with linear interpolation between order
// statistics (R's type 7). `sorted` ascends; NaN if it is empty.
double quantile(std::span<const double> sorted, double probability);

struct Distribution {
    double mean = 0.0;
    std::vector<double> quantiles; // at the probabilities of summary_quantiles()
    std::vector<double> at_levels; // what is exceeded for the worse with probability 1 - level, by level
};

const std::vector<double>& summary_quantiles(); // 0.01 … 0.99

struct OutcomeSummary {
    std::size_t simulations = 0;
    double ruin_probability = 0.0; // fraction with a drawdown of at least the ruinous one, or nothing left
    double loss_probability = 0.0; // fraction with a return below 0
    Distribution total_return;
    Distribution max_drawdown;
    Distribution sharpe; // of those that have one
};

// `levels`: of confidence, such as 0.95: with it the return is at least, and the drawdown at most,
// at_levels[i]. `ruinous_drawdown`: a fraction.
OutcomeSummary summarise(std::span<const Outcome> outcomes, std::span<const double> levels,
                         double ruinous_drawdown);

// The outcomes of simulations 0 … count-1, each simulate(i), on up to `threads` threads.
template <class Simulate>
std::vector<Outcome> simulate_all(std::size_t count, std::size_t threads, const Simulate& simulate) {
    constexpr std::size_t at_once = 32; // that a thread takes
    std::vector<Outcome> outcomes(count);
    parallel_for(threads, (count + at_once - 1) / at_once, [&](std::size_t, std::size_t group) {
        for (std::size_t i = group * at_once; i < std::min(count, (group + 1) * at_once); ++i)
            outcomes[i] = simulate(i);
    });
    return outcomes;
}

} // namespace threadx
