#include "analysis/effective_trials.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace threadx {
namespace {

// A trial's block means about their mean, of length 1. False if they do not differ.
bool standardise(std::span<const double> sums, const std::vector<std::uint32_t>& returns,
                 std::span<double> out) {
    double mean = 0.0;
    for (std::size_t b = 0; b < sums.size(); ++b) {
        out[b] = returns[b] > 0 ? sums[b] / returns[b] : 0.0;
        mean += out[b];
    }
    mean /= static_cast<double>(sums.size());
    double squares = 0.0;
    for (double& value : out) {
        value -= mean;
        squares += value * value;
    }
    if (!(squares > 0.0)) return false;
    const double length = std::sqrt(squares);
    for (double& value : out) value /= length;
    return true;
}

} // namespace

EffectiveTrials effective_trials(const ReturnBlocks& blocks) {
    const std::size_t size = blocks.blocks;
    std::vector<double> z(size);
    std::vector<double> total(size);
    std::vector<double> gram(size * size);
    double trials = 0.0;
    for (std::size_t i = 0; i < blocks.scenarios.size(); ++i) {
        if (!standardise({blocks.sums.data() + i * size, size}, blocks.returns_per_block, z)) continue;
        trials += 1.0;
        for (std::size_t a = 0; a < size; ++a) {
            total[a] += z[a];
            for (std::size_t b = 0; b < size; ++b) gram[a * size + b] += z[a] * z[b];
        }
    }
    EffectiveTrials out;
    if (trials < 2.0) return out;
    double total_squares = 0.0;
    for (const double value : total) total_squares += value * value;
    double gram_squares = 0.0;
    for (const double value : gram) gram_squares += value * value;
    out.average_correlation = (total_squares - trials) / (trials * (trials - 1.0));
    out.trials = std::clamp(out.average_correlation + (1.0 - out.average_correlation) * trials, 1.0, trials);
    out.independent_directions = trials * trials / gram_squares; // Σλ is the trace: 1 for each trial
    return out;
}

} // namespace threadx
