#include "analysis/cross_validation.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "analysis/trial_lanes.hpp"
#include "base/deterministic_math.hpp"
#include "base/parallel.hpp"

namespace threadx {
namespace {

constexpr std::size_t most_blocks = 16;

double split_count(std::size_t blocks) {
    const std::size_t half = blocks / 2;
    double count = 1.0;
    for (std::size_t i = 1; i <= half; ++i)
        count = count * static_cast<double>(half + i) / static_cast<double>(i);
    return count;
}

// Orders trials in one half of time as their Sharpe ratios do, without a root: with x = Σr/√Σr² the ratio is
// x/√(n-x²), up to a factor the same for all, and the key x·|x| = signed_square / squares rises with x. A
// trial without returns has 0.
double signed_square(double sum) { return sum * std::fabs(sum); }
double not_zero(double squares) { return squares + std::numeric_limits<double>::min(); }
double sharpe_key(double sum, double squares) { return signed_square(sum) / not_zero(squares); }

// Divisions cost more than all else, so keys are compared by products. What lies nearer than this to equal,
// as a part of the key, is divided after all: rounding could decide.
constexpr double nearly = 1e-14;
double just_below(double key) { return key - std::fabs(key) * nearly; }
double just_above(double key) { return key + std::fabs(key) * nearly; }

// A group of trials in one half of time, which is made of a part of the lower blocks and one of the upper.
struct HalfOfTrials {
    const TrialLanes& low_sums;
    const TrialLanes& low_squares;
    const TrialLanes& high_sums;
    const TrialLanes& high_squares;

    double sum(std::size_t i) const { return low_sums[i] + high_sums[i]; }
    double squares(std::size_t i) const { return low_squares[i] + high_squares[i]; }
    double key(std::size_t i) const { return sharpe_key(sum(i), squares(i)); }

    // How many keys are surely below and surely above.
    struct Sides {
        std::int64_t below = 0;
        std::int64_t above = 0;
    };
    Sides sides(double lower, double upper) const {
        Sides out;
        for (std::size_t i = 0; i < trial_lanes; ++i) {
            const double square = signed_square(sum(i));
            const double size = not_zero(squares(i));
            out.below += static_cast<std::int64_t>(square < lower * size);
            out.above += static_cast<std::int64_t>(square > upper * size);
        }
        return out;
    }
};

// Σr and Σr² of a group of trials over every subset of the lower and of the upper blocks: those of any subset
// of all blocks are one addition away.
class SubsetSums {
  public:
    explicit SubsetSums(std::size_t blocks)
        : half_(blocks / 2), tables_(4 * (std::size_t{1} << half_)), of_size_(half_ + 1) {
        for (std::size_t subset = 0; subset < std::size_t{1} << half_; ++subset)
            of_size_[static_cast<std::size_t>(std::popcount(subset))].push_back(subset);
        std::size_t split = 0;
        for (std::size_t high = 0; high < std::size_t{1} << half_; ++high) {
            first_splits_.push_back(split);
            split += of_size_[half_ - static_cast<std::size_t>(std::popcount(high))].size();
        }
    }

    // Of the trials from `first` on. TrialLanes beyond the last trial get ones that are worse than all
    // others.
    void load(const ReturnBlocks& from, std::size_t first) {
        used_ = std::min(trial_lanes, from.scenarios.size() - first);
        const std::size_t subsets = std::size_t{1} << half_;
        for (std::size_t part = 0; part < 2; ++part) {
            TrialLanes* const sums = tables_.data() + 2 * part * subsets;
            TrialLanes* const squares = sums + subsets;
            sums[0].fill(0.0);
            squares[0].fill(0.0);
            for (std::size_t subset = 1; subset < subsets; ++subset) {
                const std::size_t block =
                    part * half_ + static_cast<std::size_t>(std::countr_zero(subset)); // one block more
                const std::size_t rest = subset & (subset - 1);
                for (std::size_t lane = 0; lane < used_; ++lane) {
                    const std::size_t at = (first + lane) * from.blocks + block;
                    sums[subset][lane] = sums[rest][lane] + from.sums[at];
                    squares[subset][lane] = squares[rest][lane] + from.squares[at];
                }
                for (std::size_t lane = used_; lane < trial_lanes; ++lane) {
                    sums[subset][lane] = -1e200;
                    squares[subset][lane] = 1.0;
                }
            }
        }
    }

    std::size_t used() const { return used_; }

    // Calls f(split, half) for every split, with the half that is in the sample. Those with the same number
    // of lower blocks come together: so many subsets stay in the cache.
    template <class F>
    void for_each_split(const F& f) const {
        const std::size_t subsets = std::size_t{1} << half_;
        const TrialLanes* const tables = tables_.data();
        for (std::size_t size = 0; size <= half_; ++size)
            for (const std::size_t high : of_size_[half_ - size]) {
                std::size_t split = first_splits_[high];
                for (const std::size_t low : of_size_[size])
                    f(split++, HalfOfTrials{tables[low], tables[subsets + low], tables[2 * subsets + high],
                                            tables[3 * subsets + high]});
            }
    }

  private:
    std::size_t half_; // of the blocks
    std::size_t used_ = 0;
    std::vector<TrialLanes> tables_; // lower Σr, lower Σr², upper Σr, upper Σr², by subset
    std::vector<std::vector<std::size_t>> of_size_; // the subsets of a half by how many blocks they have
    std::vector<std::size_t> first_splits_;         // by subset of the upper blocks
};

struct Best {
    double key = -std::numeric_limits<double>::max();
    std::size_t trial = 0;
};

// By split: the best trial in the sample.
std::vector<Best> best_in_sample(const ReturnBlocks& blocks, std::size_t splits, std::size_t threads) {
    std::vector<std::vector<Best>> found(threads, std::vector<Best>(splits));
    std::vector<SubsetSums> sums(threads, SubsetSums(blocks.blocks));
    const std::size_t tiles = (blocks.scenarios.size() + trial_lanes - 1) / trial_lanes;
    parallel_for(threads, tiles, [&](std::size_t thread, std::size_t tile) {
        sums[thread].load(blocks, tile * trial_lanes);
        std::vector<Best>& best = found[thread];
        sums[thread].for_each_split([&](std::size_t split, const HalfOfTrials& half) {
            const double reached = just_below(best[split].key);
            if (half.sides(reached, reached).above == 0) return;
            for (std::size_t i = 0; i < sums[thread].used(); ++i) // a thread's tiles ascend: the first stays
                if (half.key(i) > best[split].key) best[split] = {half.key(i), tile * trial_lanes + i};
        });
    });
    std::vector<Best> best = std::move(found[0]);
    for (std::size_t thread = 1; thread < threads; ++thread)
        for (std::size_t split = 0; split < splits; ++split) {
            const Best& other = found[thread][split];
            if (other.key > best[split].key ||
                (other.key == best[split].key && other.trial < best[split].trial))
                best[split] = other;
        }
    return best;
}

// By split: for every trial 2 if its key is below the split's, 1 if it is equal, added up.
std::vector<std::uint64_t> count_below(const ReturnBlocks& blocks, const std::vector<double>& keys,
                                       std::size_t threads) {
    std::vector<std::vector<std::uint64_t>> counts(threads, std::vector<std::uint64_t>(keys.size()));
    std::vector<SubsetSums> sums(threads, SubsetSums(blocks.blocks));
    const std::size_t tiles = (blocks.scenarios.size() + trial_lanes - 1) / trial_lanes;
    parallel_for(threads, tiles, [&](std::size_t thread, std::size_t tile) {
        sums[thread].load(blocks, tile * trial_lanes);
        const auto padding = static_cast<std::int64_t>(trial_lanes - sums[thread].used());
        std::vector<std::uint64_t>& count = counts[thread];
        sums[thread].for_each_split([&](std::size_t split, const HalfOfTrials& half) {
            const double key = keys[split];
            const HalfOfTrials::Sides sides = half.sides(just_below(key), just_above(key));
            if (sides.below + sides.above == static_cast<std::int64_t>(trial_lanes)) {
                count[split] += static_cast<std::uint64_t>(2 * (sides.below - padding));
                return;
            }
            for (std::size_t i = 0; i < sums[thread].used(); ++i) {
                const double other = half.key(i);
                count[split] += other < key ? 2U : other == key ? 1U : 0U;
            }
        });
    });
    for (std::size_t thread = 1; thread < threads; ++thread)
        for (std::size_t split = 0; split < keys.size(); ++split) counts[0][split] += counts[thread][split];
    return std::move(counts[0]);
}

struct HalfSums {
    double sum = 0.0;
    double squares = 0.0;
    double returns = 0.0;

    double sharpe() const {
        const double variance = (squares - sum * (sum / returns)) / (returns - 1.0);
        return variance > 0.0 ? sum / returns / std::sqrt(variance) : 0.0;
    }
};

// Over the blocks of `subset`, added up as SubsetSums adds them.
HalfSums half_of(const ReturnBlocks& blocks, std::size_t trial, std::size_t subset) {
    const std::size_t half = blocks.blocks / 2;
    HalfSums out;
    for (std::size_t part = 0; part < 2; ++part) {
        HalfSums of_part;
        for (std::size_t b = half; b-- > 0;) {
            const std::size_t block = part * half + b;
            if ((subset >> block & 1U) == 0) continue;
            of_part.sum += blocks.sums[trial * blocks.blocks + block];
            of_part.squares += blocks.squares[trial * blocks.blocks + block];
            out.returns += blocks.returns_per_block[block];
        }
        out.sum += of_part.sum;
        out.squares += of_part.squares;
    }
    return out;
}

std::vector<std::uint32_t> halves(std::size_t blocks) {
    std::vector<std::uint32_t> subsets;
    for (std::uint32_t subset = 0; subset < (std::uint32_t{1} << blocks); ++subset)
        if (static_cast<std::size_t>(std::popcount(subset)) * 2 == blocks) subsets.push_back(subset);
    return subsets;
}

void summarise(CrossValidation& out) {
    double mean_in = 0.0;
    double mean_out = 0.0;
    std::size_t overfitted = 0;
    std::size_t losing = 0;
    const auto count = static_cast<double>(out.splits.size());
    for (const Split& split : out.splits) {
        mean_in += split.in_sharpe / count;
        mean_out += split.out_sharpe / count;
        overfitted += split.logit <= 0.0 ? 1 : 0;
        losing += split.out_sharpe < 0.0 ? 1 : 0;
    }
    double spread = 0.0;
    double together = 0.0;
    for (const Split& split : out.splits) {
        spread += (split.in_sharpe - mean_in) * (split.in_sharpe - mean_in);
        together += (split.in_sharpe - mean_in) * (split.out_sharpe - mean_out);
    }
    out.overfitting_probability = static_cast<double>(overfitted) / count;
    out.loss_probability = static_cast<double>(losing) / count;
    out.degradation_slope = spread > 0.0 ? together / spread : std::numeric_limits<double>::quiet_NaN();
    out.degradation_intercept = mean_out - out.degradation_slope * mean_in;
}

} // namespace

std::size_t cross_validation_blocks(std::size_t blocks, std::size_t trials, double most_comparisons) {
    std::size_t chosen = std::min(blocks, most_blocks) / 2 * 2;
    while (chosen > 2 && split_count(chosen) * static_cast<double>(trials) > most_comparisons) chosen -= 2;
    return chosen;
}

CrossValidation cross_validate(const ReturnBlocks& from, std::size_t threads, double most_comparisons) {
    CrossValidation out;
    out.trials = from.scenarios.size();
    out.blocks = cross_validation_blocks(from.blocks, out.trials, most_comparisons);
    if (out.blocks < 2 || out.trials < 2) return out;
    const ReturnBlocks joined = out.blocks == from.blocks ? ReturnBlocks() : join_blocks(from, out.blocks);
    const ReturnBlocks& blocks = out.blocks == from.blocks ? from : joined;
    threads = std::max<std::size_t>(threads, 1);

    const std::vector<std::uint32_t> subsets = halves(out.blocks);
    const std::vector<Best> best = best_in_sample(blocks, subsets.size(), threads);
    const auto all = static_cast<std::uint32_t>((std::uint64_t{1} << out.blocks) - 1);
    // What is out of sample in one split is the sample of the one as far from the other end.
    std::vector<double> keys(subsets.size());
    for (std::size_t i = 0; i < subsets.size(); ++i) {
        const HalfSums outside = half_of(blocks, best[i].trial, all ^ subsets[i]);
        keys[subsets.size() - 1 - i] = sharpe_key(outside.sum, outside.squares);
    }
    const std::vector<std::uint64_t> below = count_below(blocks, keys, threads);
    for (std::size_t i = 0; i < subsets.size(); ++i) {
        Split split;
        split.in_sample = subsets[i];
        split.chosen = best[i].trial;
        split.in_sharpe = half_of(blocks, best[i].trial, subsets[i]).sharpe();
        split.out_sharpe = half_of(blocks, best[i].trial, all ^ subsets[i]).sharpe();
        split.rank = (static_cast<double>(below[subsets.size() - 1 - i]) + 1.0) / 2.0;
        split.logit = deterministic_log(split.rank / (static_cast<double>(out.trials) + 1.0 - split.rank));
        out.splits.push_back(split);
    }
    summarise(out);
    return out;
}

} // namespace threadx
