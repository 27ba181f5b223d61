#include "analysis/reality_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "analysis/stationary_bootstrap.hpp"
#include "analysis/trial_lanes.hpp"
#include "base/deterministic_math.hpp"
#include "base/parallel.hpp"

namespace threadx {
namespace {

constexpr std::size_t usual_resamples = 1000;
constexpr std::size_t least_resamples = 100;

// How often each block comes in each resample, and what turns the sum of such returns into √n · mean.
struct Resamples {
    std::vector<double> weights; // resample × block
    std::vector<double> scales;
};

Resamples draw(const ReturnBlocks& blocks, std::size_t count, double mean_blocks, std::uint64_t seed,
               double root_returns) {
    Resamples out{std::vector<double>(count * blocks.blocks), std::vector<double>(count)};
    for (std::size_t r = 0; r < count; ++r) {
        StationaryBootstrap time(CounterRandom(seed, r, stream::resample), blocks.blocks, mean_blocks);
        double returns = 0.0;
        for (std::size_t i = 0; i < blocks.blocks; ++i) {
            const std::size_t block = time.next();
            out.weights[r * blocks.blocks + block] += 1.0;
            returns += blocks.returns_per_block[block];
        }
        out.scales[r] = root_returns / returns;
    }
    return out;
}

// √n · mean return of a trial, and the deviation of its returns: √n · Sharpe ratio is the one by the other.
struct Performance {
    double mean = 0.0;
    double deviation = 0.0;
};

Performance performance(const ReturnBlocks& blocks, std::size_t trial, double returns) {
    const auto total = [&](const std::vector<double>& values) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(trial * blocks.blocks);
        return std::accumulate(first, first + static_cast<std::ptrdiff_t>(blocks.blocks), 0.0);
    };
    const double mean = total(blocks.sums) / returns;
    const double variance = total(blocks.squares) / returns - mean * mean;
    return {std::sqrt(returns) * mean, variance > 0.0 ? std::sqrt(variance) : 0.0};
}

struct Largest {
    double mean = -std::numeric_limits<double>::infinity();
    double ratio = 0.0; // a Sharpe ratio below 0 counts as 0

    void raise(double other_mean, double other_ratio) {
        mean = std::max(mean, other_mean);
        ratio = std::max(ratio, other_ratio);
    }
};

// A group of trials; lanes beyond the last trial repeat it.
struct Tile {
    std::vector<TrialLanes> sums; // by block
    TrialLanes centre{};          // what a resample's mean is compared with: the trial's own ...
    TrialLanes ratio_centre{};    // ... and for Sharpe ratios 0 where the trial is clearly bad
    TrialLanes reciprocal_deviation{};

    void load(const ReturnBlocks& blocks, std::size_t first, std::size_t used, double returns,
              Largest& seen) {
        const double clearly_bad = -std::sqrt(2.0 * deterministic_log(deterministic_log(returns)));
        sums.resize(blocks.blocks);
        for (std::size_t lane = 0; lane < trial_lanes; ++lane) {
            const std::size_t trial = first + std::min(lane, used - 1);
            for (std::size_t b = 0; b < blocks.blocks; ++b)
                sums[b][lane] = blocks.sums[trial * blocks.blocks + b];
            const Performance p = performance(blocks, trial, returns);
            centre[lane] = p.mean;
            reciprocal_deviation[lane] = p.deviation > 0.0 ? 1.0 / p.deviation : 0.0;
            const double ratio = p.mean * reciprocal_deviation[lane];
            ratio_centre[lane] = ratio >= clearly_bad || !(returns > 3.0) ? p.mean : 0.0;
            seen.raise(p.mean, ratio);
        }
    }

    Largest resampled(std::span<const double> weights, double scale) const {
        TrialLanes total{};
        for (std::size_t b = 0; b < sums.size(); ++b)
            for (std::size_t i = 0; i < trial_lanes; ++i) total[i] += weights[b] * sums[b][i];
        TrialLanes means;
        TrialLanes ratios;
        for (std::size_t i = 0; i < trial_lanes; ++i) {
            means[i] = total[i] * scale - centre[i];
            ratios[i] = (total[i] * scale - ratio_centre[i]) * reciprocal_deviation[i];
        }
        return {largest(means), largest(ratios)};
    }
};

} // namespace

std::size_t reality_check_resamples(std::size_t blocks, std::size_t trials, double most_additions) {
    const double additions = static_cast<double>(std::max<std::size_t>(1, blocks * trials));
    return std::clamp(static_cast<std::size_t>(std::min(most_additions / additions, 1e9)), least_resamples,
                      usual_resamples);
}

RealityCheck reality_check(const ReturnBlocks& blocks, std::size_t resamples, double mean_blocks,
                           std::uint64_t seed, std::size_t threads) {
    const std::size_t trials = blocks.scenarios.size();
    const double returns =
        std::accumulate(blocks.returns_per_block.begin(), blocks.returns_per_block.end(), 0.0);
    if (blocks.blocks < 2 || trials == 0 || resamples == 0) return {};
    threads = std::max<std::size_t>(threads, 1);
    const Resamples drawn = draw(blocks, resamples, mean_blocks, seed, std::sqrt(returns));

    std::vector<std::vector<Largest>> found(threads, std::vector<Largest>(resamples));
    std::vector<Largest> seen(threads);
    std::vector<Tile> tiles(threads);
    parallel_for(
        threads, (trials + trial_lanes - 1) / trial_lanes, [&](std::size_t thread, std::size_t tile) {
            tiles[thread].load(blocks, tile * trial_lanes, std::min(trial_lanes, trials - tile * trial_lanes),
                               returns, seen[thread]);
            for (std::size_t r = 0; r < resamples; ++r) {
                const Largest largest = tiles[thread].resampled(
                    {drawn.weights.data() + r * blocks.blocks, blocks.blocks}, drawn.scales[r]);
                found[thread][r].raise(largest.mean, largest.ratio);
            }
        });
    for (std::size_t thread = 1; thread < threads; ++thread) {
        seen[0].raise(seen[thread].mean, seen[thread].ratio);
        for (std::size_t r = 0; r < resamples; ++r)
            found[0][r].raise(found[thread][r].mean, found[thread][r].ratio);
    }
    std::size_t means = 1;
    std::size_t ratios = 1;
    for (const Largest& largest : found[0]) {
        means += largest.mean >= seen[0].mean ? 1 : 0;
        ratios += largest.ratio >= seen[0].ratio ? 1 : 0;
    }
    const auto all = static_cast<double>(resamples + 1);
    return {resamples, static_cast<double>(means) / all, static_cast<double>(ratios) / all};
}

} // namespace threadx
