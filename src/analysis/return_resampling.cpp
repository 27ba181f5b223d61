#include "analysis/return_resampling.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/metric_parts.hpp"
#include "analysis/stationary_bootstrap.hpp"

namespace threadx {
namespace {

CurveStretch stretch_of(std::span<const double> equity) { // its first is the close before the stretch
    CurveStretch out;
    out.returns = equity.size() - 1;
    const double start = equity.front();
    if (!(start > 0.0)) return out;
    for (std::size_t t = 1; t < equity.size(); ++t) {
        const double r = equity[t - 1] > 0.0 ? equity[t] / equity[t - 1] - 1.0 : 0.0;
        out.return_sum += r;
        out.return_squares += r * r;
        const double level = equity[t] / start;
        out.highest = std::max(out.highest, level);
        out.lowest = std::min(out.lowest, level);
        out.drawdown = std::max(out.drawdown, (out.highest - level) / out.highest);
    }
    out.growth = equity.back() / start;
    return out;
}

Outcome simulate(const CurveStretches& curve, double mean_stretches, CounterRandom random) {
    StationaryBootstrap time(random, curve.stretches.size(), mean_stretches);
    double equity = 1.0;
    double peak = 1.0;
    double drawdown = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    double returns = 0.0;
    for (std::size_t i = 0; i < curve.stretches.size(); ++i) {
        const CurveStretch& next = curve.stretches[time.next()];
        sum += next.return_sum;
        squares += next.return_squares;
        returns += static_cast<double>(next.returns);
        if (!(equity > 0.0)) continue;
        drawdown = std::max({drawdown, next.drawdown, (peak - equity * next.lowest) / peak});
        peak = std::max(peak, equity * next.highest);
        equity *= next.growth;
    }
    const double deviation = metric_parts::sample_deviation(sum, squares, returns);
    return {equity - 1.0, drawdown,
            metric_parts::ratio(sum / returns, deviation) * std::sqrt(curve.bars_per_year), !(equity > 0.0)};
}

} // namespace

CurveStretches cut_curve(std::span<const double> equity, double bars_per_year, std::size_t most) {
    const std::size_t returns = equity.size() - 1;
    const std::size_t count = std::min(most, returns);
    CurveStretches out;
    out.bars_per_year = bars_per_year;
    out.bars_per_stretch = static_cast<double>(returns) / static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t first = returns * i / count;
        out.stretches.push_back(stretch_of(equity.subspan(first, returns * (i + 1) / count - first + 1)));
    }
    return out;
}

std::vector<Outcome> bootstrap_returns(const CurveStretches& curve, double mean_bars, std::size_t count,
                                       std::uint64_t seed, std::size_t threads) {
    const double mean_stretches = std::max(1.0, mean_bars / curve.bars_per_stretch);
    return simulate_all(count, threads, [&](std::size_t i) {
        return simulate(curve, mean_stretches, CounterRandom(seed, i, stream::returns));
    });
}

} // namespace threadx
