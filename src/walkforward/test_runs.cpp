#include "walkforward/test_runs.hpp"

#include <algorithm>
#include <limits>

#include "analysis/joined_statistics.hpp"
#include "device/cpu/kernel_choice.hpp"

namespace threadx {
namespace {

TestRun idle_run(BarRange bars, double capital) {
    TestRun run{bars, {}, std::vector<double>(bars.size(), capital)};
    run.statistics.final_equity = capital;
    run.statistics.best_trade = -std::numeric_limits<double>::infinity(); // beside other windows' trades
    run.statistics.worst_trade = std::numeric_limits<double>::infinity();
    return run;
}

} // namespace

TestRuns::TestRuns(const PreparedSweep& sweep)
    : sweep_(sweep), simulator_(sweep.strategy(), sweep.plan(), sweep.data().bars, sweep.execution(),
                                Precision::float64, choose_kernels("scalar"), 1),
      worker_(simulator_) {}

TestRun TestRuns::run(std::optional<std::uint64_t> scenario, BarRange bars) {
    if (!scenario) return idle_run(bars, sweep_.execution().capital);
    const PreparedSweep::Scenarios drawn = sweep_.draw({*scenario, *scenario + 1});
    Recording recording = worker_.record(drawn.batch, 0, bars).value();
    return {bars, recording.statistics, std::move(recording.equity)};
}

// Drawdowns are those of the whole curve, not of a window.
void Stitcher::add_point(std::size_t bar, double equity) {
    peak_ = points_ == 0 ? equity : std::max(peak_, equity);
    below_ = equity < peak_ ? below_ + 1.0 : 0.0;
    const double drawdown = (peak_ - equity) / peak_;
    drawdowns_.max_drawdown = std::max(drawdowns_.max_drawdown, drawdown);
    drawdowns_.longest_drawdown = std::max(drawdowns_.longest_drawdown, below_);
    drawdowns_.drawdown_squares += drawdown * drawdown;
    last_ = equity;
    ++points_;
    if (!keep_points_) return;
    curve_.bars.push_back(bar);
    curve_.equity.push_back(equity);
}

void Stitcher::add(const TestRun& run) {
    for (std::size_t i = 0; i < run.bars.size(); ++i) add_point(run.bars.first + i, level_ * run.equity[i]);
    windows_.push_back(run.bars);
    if (level_ > 0.0) statistics_.push_back(run.statistics); // whoever is ruined trades no more
    level_ *= run.statistics.final_equity / sweep_.execution().capital;
}

StitchedCurve Stitcher::finish() const {
    StitchedCurve out = curve_;
    Statistics joined = join_statistics(statistics_, sweep_.execution().capital);
    joined.max_drawdown = drawdowns_.max_drawdown;
    joined.longest_drawdown = drawdowns_.longest_drawdown;
    joined.drawdown_squares = drawdowns_.drawdown_squares;
    joined.final_equity = last_;
    out.context = sweep_.metric_context(windows_);
    const double returns_inside = static_cast<double>(out.context.bars) - 1.0;
    out.context.bars = points_;
    out.context.years *= (static_cast<double>(points_) - 1.0) / returns_inside;
    out.metrics.resize(metrics().size());
    compute_metrics(joined, out.context, out.metrics);
    return out;
}

} // namespace threadx
