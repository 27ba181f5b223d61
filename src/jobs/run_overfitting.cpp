#include "jobs/run_overfitting.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "report/overfitting_text.hpp"
#include "sweep/recorded_backtest.hpp"
#include "sweep/return_blocks_of_run.hpp"

namespace threadx {
namespace {

// A comparison of trials takes about as long as a bar of a scenario.
constexpr double part_of_the_sweep = 0.05;
constexpr double least_comparisons = 1e5; // what a sweep of a blink can spare

// The statistics of the scenario in row `trial`, in float64. Of none: nothing has happened.
Statistics statistics_of(const RunStore& store, const PreparedSweep& sweep, const ReturnBlocks& blocks,
                         std::size_t trial) {
    if (trial == blocks.scenarios.size()) return {};
    const std::optional<Row> row = store.row(blocks.scenarios[trial]);
    const std::span<const double> parameters =
        std::span(row.value().values).first(sweep.strategy().parameters.size());
    return record_backtest(sweep.strategy(), parameters, sweep.data().bars, sweep.execution())
        .value()
        .statistics;
}

} // namespace

std::optional<std::string> write_overfitting(const RunStore& store, const PreparedSweep& sweep,
                                             std::size_t threads) {
    if (store.schema().block_returns.empty()) return std::nullopt;
    const ReturnBlocks blocks = read_return_blocks(store);
    if (blocks.scenarios.size() < 2) return std::nullopt;
    const double work =
        static_cast<double>(blocks.scenarios.size()) * static_cast<double>(sweep.data().bars.size());
    const OverfittingReport report = assess_overfitting(
        blocks, statistics_of(store, sweep, blocks, best_trial(blocks)), sweep.bars_per_year(), threads,
        std::clamp(part_of_the_sweep * work, least_comparisons, usual_comparisons));
    write_file_atomically(overfitting_file(store.directory()), overfitting_json(report));
    return overfitting_verdict(report);
}

} // namespace threadx
