#include "analysis/metrics.hpp"

#include <cmath>

#include "analysis/metric_conventions.hpp"
#include "analysis/metric_parts.hpp"

namespace threadx {
namespace {

using metric_parts::bars_per_year;
using metric_parts::C;
using metric_parts::cagr;
using metric_parts::kurtosis;
using metric_parts::mean_return;
using metric_parts::ratio;
using metric_parts::return_deviation;
using metric_parts::returns;
using metric_parts::S;
using metric_parts::sample_deviation;
using metric_parts::skew;
using metric_parts::undefined;

double mean_pnl(S s) { return ratio(s.gross_profit + s.gross_loss, s.trades); }

double sqn(S s, C) {
    const double deviation = sample_deviation(s.pnl_deviations, s.pnl_deviation_squares, s.trades);
    return ratio(std::sqrt(s.trades) * mean_pnl(s), deviation);
}

const std::vector<Metric>& metric_table() {
    static const std::vector<Metric> table = {
        {"total_return", "gain as a fraction of the capital", true,
         [](S s, C c) { return s.final_equity / c.capital - 1.0; }, MetricUnit::fraction},
        {"cagr", "compound annual growth rate", true, cagr, MetricUnit::fraction},
        {"volatility", "annualised standard deviation of returns", false,
         [](S s, C c) { return return_deviation(s, c) * std::sqrt(bars_per_year(c)); }, MetricUnit::fraction},
        {"sharpe", "annualised mean return / standard deviation", true,
         [](S s, C c) {
             return ratio(mean_return(s, c), return_deviation(s, c)) * std::sqrt(bars_per_year(c));
         }},
        {"sortino", "annualised mean return / downside deviation", true,
         [](S s, C c) {
             return ratio(mean_return(s, c), std::sqrt(s.loss_squares / returns(c))) *
                    std::sqrt(bars_per_year(c));
         }},
        {"max_drawdown", "largest fall from a peak, as a fraction of it", false,
         [](S s, C) { return s.max_drawdown; }, MetricUnit::fraction},
        {"max_drawdown_bars", "longest time below a peak, bars", false,
         [](S s, C) { return s.longest_drawdown; }, MetricUnit::bars},
        {"calmar", "cagr / max_drawdown", true, [](S s, C c) { return ratio(cagr(s, c), s.max_drawdown); }},
        {"omega", "sum of gains / sum of losses, of bar returns", true,
         [](S s, C) { return ratio(s.gain_sum, s.loss_sum); }},
        {"ulcer_index", "root mean square drawdown", false,
         [](S s, C c) { return std::sqrt(s.drawdown_squares / static_cast<double>(c.bars)); },
         MetricUnit::fraction},
        {"skew", "skewness of returns", true, skew},
        {"kurtosis", "kurtosis of returns (3 for a normal distribution)", false, kurtosis},
        {"exposure", "fraction of bars with a position", false,
         [](S s, C c) { return s.held_bars / static_cast<double>(c.bars); }, MetricUnit::fraction},
        {"trades", "closed trades", true, [](S s, C) { return s.trades; }, MetricUnit::count},
        {"long_trades", "closed long trades", true, [](S s, C) { return s.long_trades; }, MetricUnit::count},
        {"short_trades", "closed short trades", true, [](S s, C) { return s.trades - s.long_trades; },
         MetricUnit::count},
        {"open_trades", "positions open at the last bar", false,
         [](S s, C) { return s.open_quantity != 0.0 ? 1.0 : 0.0; }, MetricUnit::count},
        {"win_rate", "fraction of trades with a profit", true, [](S s, C) { return ratio(s.wins, s.trades); },
         MetricUnit::fraction},
        {"profit_factor", "sum of winners / sum of losers", true,
         [](S s, C) { return ratio(s.gross_profit, std::fabs(s.gross_loss)); }},
        {"expectancy", "mean profit of a trade", true, [](S s, C) { return mean_pnl(s); }, MetricUnit::money},
        {"best_trade", "largest profit of a trade", true,
         [](S s, C) { return s.trades > 0.0 ? s.best_trade : undefined; }, MetricUnit::money},
        {"worst_trade", "smallest profit of a trade", true,
         [](S s, C) { return s.trades > 0.0 ? s.worst_trade : undefined; }, MetricUnit::money},
        {"avg_win", "mean profit of winners", true, [](S s, C) { return ratio(s.gross_profit, s.wins); },
         MetricUnit::money},
        {"avg_loss", "mean profit of the others", true,
         [](S s, C) { return ratio(s.gross_loss, s.trades - s.wins); }, MetricUnit::money},
        {"sqn", "system quality number: sqrt(trades) * mean / deviation of profits", true, sqn},
        {"avg_hold_bars", "mean bars from entry to exit", false,
         [](S s, C) { return ratio(s.hold_bars, s.trades); }, MetricUnit::bars},
        {"max_losing_streak", "most trades in a row without a profit", false,
         [](S s, C) { return s.max_losing_streak; }, MetricUnit::count},
        {"fees", "fees paid", false, [](S s, C) { return s.fees; }, MetricUnit::money},
        {"rejected_entries", "entries refused for want of size or distance", false,
         [](S s, C) { return s.rejected; }, MetricUnit::count},
        {"final_equity", "equity at the last close", true, [](S s, C) { return s.final_equity; },
         MetricUnit::money},
    };
    return table;
}

} // namespace

std::span<const Metric> metrics() { return metric_table(); }

std::vector<std::string> metric_names() {
    std::vector<std::string> names;
    for (const Metric& metric : metrics()) names.push_back(metric.name);
    return names;
}

std::size_t metric_index(std::string_view name) {
    std::size_t i = 0;
    while (i < metrics().size() && metrics()[i].name != name) ++i;
    return i;
}

void compute_metrics(const Statistics& statistics, const MetricContext& context, std::span<double> out) {
    std::size_t i = 0;
    for (const MetricFunction compute : metric_functions(context.convention))
        out[i++] = compute(statistics, context);
}

} // namespace threadx
