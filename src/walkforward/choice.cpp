#include "walkforward/choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/metrics.hpp"
#include "walkforward/neighbours.hpp"

namespace threadx {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_scores = std::size_t{32} << 20U; // held at once: 256 MiB

// The scores of some folds: larger is better, NaN cannot be chosen.
class Scores {
  public:
    Scores(const PreparedSweep& sweep, std::size_t first_fold, std::size_t folds)
        : sweep_(sweep), first_fold_(first_fold), folds_(folds), scenarios_(sweep.scenario_count()),
          values_(scenarios_ * folds, none) {}

    void read(const RunStore& rows) {
        const WalkforwardSettings& settings = sweep_.walkforward()->settings;
        const std::size_t metric = metric_index(settings.by);
        const std::size_t by = sweep_.schema().parameters.size() + metric;
        const std::size_t trades = sweep_.schema().parameters.size() + metric_index("trades");
        const double sign = metrics()[metric].higher_is_better ? 1.0 : -1.0;
        const std::uint64_t all_folds = sweep_.rows_per_scenario();
        rows.for_each_row([&](std::uint64_t row, RowStatus status, std::span<const double> values) {
            const std::uint64_t fold = row % all_folds;
            if (fold < first_fold_ || fold >= first_fold_ + folds_ || status != RowStatus::ok) return;
            if (!(values[trades] >= static_cast<double>(settings.min_trades))) return;
            at(fold - first_fold_, row / all_folds) = sign * values[by];
        });
    }

    double& at(std::size_t fold, std::uint64_t scenario) { return values_[fold * scenarios_ + scenario]; }
    std::span<const double> of_fold(std::size_t fold) const {
        return std::span(values_).subspan(fold * scenarios_, scenarios_);
    }

  private:
    const PreparedSweep& sweep_;
    std::size_t first_fold_;
    std::size_t folds_;
    std::uint64_t scenarios_;
    std::vector<double> values_;
};

double median(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2.0;
}

// The score of a scenario's neighbourhood; NaN if too little of it is known.
double plateau(std::span<const double> scores, std::uint64_t scenario, Neighbours& neighbours,
               std::vector<double>& known) {
    if (std::isnan(scores[scenario])) return none;
    const std::span<const std::uint32_t> around = neighbours.of(scenario);
    known.assign(1, scores[scenario]);
    for (const std::uint32_t neighbour : around)
        if (!std::isnan(scores[neighbour])) known.push_back(scores[neighbour]);
    return 2 * (known.size() - 1) < around.size() ? none : median(known);
}

std::optional<Choice> best_of(std::span<const double> scores, Neighbours* neighbours) {
    std::optional<Choice> best;
    std::vector<double> known;
    for (std::uint64_t i = 0; i < scores.size(); ++i) {
        const double score = neighbours == nullptr ? scores[i] : plateau(scores, i, *neighbours, known);
        if (!std::isnan(score) && (!best || score > best->score)) best = Choice{i, score};
    }
    return best;
}

} // namespace

std::vector<std::optional<Choice>> choose_scenarios(const PreparedSweep& sweep, const RunStore& rows) {
    const WalkforwardSettings& settings = sweep.walkforward()->settings;
    const double sign = metrics()[metric_index(settings.by)].higher_is_better ? 1.0 : -1.0;
    const std::size_t folds = sweep.rows_per_scenario();
    const std::size_t at_once = std::clamp<std::size_t>(most_scores / sweep.scenario_count(), 1, folds);
    std::optional<Neighbours> neighbours;
    if (settings.choose == "plateau") neighbours.emplace(sweep);
    std::vector<std::optional<Choice>> out;
    for (std::size_t first = 0; first < folds; first += at_once) {
        const std::size_t count = std::min(at_once, folds - first);
        Scores scores(sweep, first, count);
        scores.read(rows);
        for (std::size_t f = 0; f < count; ++f) {
            out.push_back(best_of(scores.of_fold(f), neighbours ? &*neighbours : nullptr));
            if (out.back()) out.back()->score *= sign;
        }
    }
    return out;
}

} // namespace threadx
