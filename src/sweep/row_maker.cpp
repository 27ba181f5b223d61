#include "sweep/row_maker.hpp"

#include <algorithm>
#include <limits>

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

} // namespace

RowBlock make_rows(const PreparedSweep& sweep, IdRange range, const PreparedSweep::Scenarios& scenarios,
                   const BatchResult& result, std::size_t first, std::size_t last) {
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
        const std::span<double> metric_values = row.subspan(parameters);
        if (result.valid[i]) {
            compute_metrics(result.statistics[i], context, metric_values);
            block.statuses.push_back(result.statistics[i].ruined != 0.0 ? RowStatus::ruined : RowStatus::ok);
        } else {
            std::fill(metric_values.begin(), metric_values.end(), std::numeric_limits<double>::quiet_NaN());
            block.statuses.push_back(RowStatus::invalid);
        }
        for (double& value : row) value = canonical(value);
    }
    add_block_sums(result, first, last, block);
    return block;
}

} // namespace threadx
