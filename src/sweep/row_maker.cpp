#include "sweep/row_maker.hpp"

#include <algorithm>
#include <limits>

#include "analysis/joined_statistics.hpp"

namespace threadx {
namespace {

void add_block_sums(const BatchResult& result, std::size_t first, std::size_t last, RowBlock& block) {
    const std::size_t width = result.valid.empty() ? 0 : result.block_sums.size() / result.valid.size();
    block.block_sums.reserve((last - first) * width);
    for (std::size_t i = first; i < last; ++i)
        for (std::size_t k = 0; k < width; ++k)
            block.block_sums.push_back(canonical(result.valid[i] ? result.block_sums[i * width + k]
                                                                 : std::numeric_limits<double>::quiet_NaN()));
}

// Writes the metrics behind the row's parameters; of no statistics: those of an invalid scenario.
RowStatus finish_row(const Statistics* statistics, const MetricContext& context, std::span<double> row,
                     std::size_t parameters) {
    const std::span<double> values = row.subspan(parameters);
    if (statistics != nullptr)
        compute_metrics(*statistics, context, values);
    else
        std::fill(values.begin(), values.end(), std::numeric_limits<double>::quiet_NaN());
    for (double& value : row) value = canonical(value);
    if (statistics == nullptr) return RowStatus::invalid;
    return statistics->ruined != 0.0 ? RowStatus::ruined : RowStatus::ok;
}

// A row for each scenario and fold: what the scenario did in the windows of the fold's training.
RowBlock make_fold_rows(const PreparedSweep& sweep, const WalkforwardPlan& plan, IdRange range,
                        const PreparedSweep::Scenarios& scenarios, const BatchResult& result,
                        std::size_t first, std::size_t last) {
    const std::size_t folds = plan.folds.size();
    const std::size_t windows = plan.windows.size();
    const std::size_t parameters = scenarios.batch.parameter_count + 1;
    const std::size_t width = parameters + metrics().size();
    std::vector<MetricContext> contexts;
    for (const Fold& fold : plan.folds) contexts.push_back(sweep.metric_context(fold.train));
    RowBlock block;
    block.range = {range.first * folds, range.last * folds};
    block.values.resize((last - first) * folds * width);
    std::vector<Statistics> trained;
    for (std::size_t i = first; i < last; ++i) {
        const std::span<const double> values = scenarios.batch.parameters_of(i);
        for (std::size_t f = 0; f < folds; ++f) {
            const std::span<double> row(block.values.data() + ((i - first) * folds + f) * width, width);
            row[0] = static_cast<double>(f);
            std::copy(values.begin(), values.end(), row.begin() + 1);
            trained.clear();
            for (const std::size_t w : plan.fold_windows[f])
                trained.push_back(result.statistics[i * windows + w]);
            const Statistics joined = join_statistics(trained, contexts[f].capital);
            block.scenarios.push_back(scenarios.ids[i] * folds + f);
            block.statuses.push_back(
                finish_row(result.valid[i] ? &joined : nullptr, contexts[f], row, parameters));
        }
    }
    return block;
}

} // namespace

RowBlock make_rows(const PreparedSweep& sweep, IdRange range, const PreparedSweep::Scenarios& scenarios,
                   const BatchResult& result, std::size_t first, std::size_t last) {
    if (const WalkforwardPlan* plan = sweep.walkforward())
        return make_fold_rows(sweep, *plan, range, scenarios, result, first, last);
    const MetricContext context = sweep.metric_context();
    const std::size_t parameters = scenarios.batch.parameter_count;
    const std::size_t width = parameters + metrics().size();
    RowBlock block;
    block.range = range;
    block.scenarios.assign(scenarios.ids.begin() + static_cast<std::ptrdiff_t>(first),
                           scenarios.ids.begin() + static_cast<std::ptrdiff_t>(last));
    block.statuses.reserve(last - first);
    block.values.resize((last - first) * width);
    for (std::size_t i = first; i < last; ++i) {
        const std::span<double> row(block.values.data() + (i - first) * width, width);
        const std::span<const double> values = scenarios.batch.parameters_of(i);
        std::copy(values.begin(), values.end(), row.begin());
        block.statuses.push_back(
            finish_row(result.valid[i] ? &result.statistics[i] : nullptr, context, row, parameters));
    }
    add_block_sums(result, first, last, block);
    return block;
}

} // namespace threadx
