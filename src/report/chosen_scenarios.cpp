#include "report/chosen_scenarios.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/metrics.hpp"
#include "base/error.hpp"
#include "report/bar_time.hpp"
#include "report/equity_curve.hpp"
#include "report/packed_numbers.hpp"
#include "sweep/recorded_backtest.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_trades = 50'000; // of all chosen scenarios together

std::vector<float> floats(std::span<const double> values) { return {values.begin(), values.end()}; }

void check_metrics(const PreparedSweep& sweep, const Row& row, const Recording& recording) {
    std::vector<double> values(metrics().size());
    compute_metrics(recording.statistics, sweep.metric_context(), values);
    for (std::size_t m = 0; m < values.size(); ++m) {
        const double stored = row.values[row.values.size() - values.size() + m];
        if (std::bit_cast<std::uint64_t>(canonical(values[m])) == std::bit_cast<std::uint64_t>(stored))
            continue;
        throw IoError(
            fmt::format("scenario {} has another {} now ({}) than in the run ({}): another program, or "
                        "other data, made it; sweep again",
                        row.scenario, metrics()[m].name, values[m], stored));
    }
}

Json trades_json(const std::vector<Trade>& trades, const Bars& bars, std::size_t most) {
    std::vector<double> entry_time, exit_time;
    std::vector<std::uint32_t> entry_bar, exit_bar;
    std::vector<float> entry_price, exit_price, units, pnl, fees;
    std::vector<std::uint8_t> is_long;
    Json reasons = Json::array();
    for (const Trade& trade : std::span(trades).first(std::min(most, trades.size()))) {
        entry_bar.push_back(static_cast<std::uint32_t>(trade.entry_bar));
        exit_bar.push_back(static_cast<std::uint32_t>(trade.exit_bar));
        entry_time.push_back(bar_time(bars, entry_bar.back()));
        exit_time.push_back(bar_time(bars, exit_bar.back()));
        entry_price.push_back(static_cast<float>(trade.entry_price));
        exit_price.push_back(static_cast<float>(trade.exit_price));
        units.push_back(static_cast<float>(trade.units));
        pnl.push_back(static_cast<float>(trade.pnl));
        fees.push_back(static_cast<float>(trade.fees));
        is_long.push_back(trade.is_long ? 1 : 0);
        reasons.push_back(trade.reason);
    }
    return {{"total", trades.size()},
            {"count", pnl.size()},
            {"entry_bar", packed(entry_bar)},
            {"exit_bar", packed(exit_bar)},
            {"entry_time", packed(entry_time)},
            {"exit_time", packed(exit_time)},
            {"entry_price", packed(entry_price)},
            {"exit_price", packed(exit_price)},
            {"units", packed(units)},
            {"pnl", packed(pnl)},
            {"fees", packed(fees)},
            {"is_long", packed(is_long)},
            {"reason", reasons}};
}

Json months_json(std::span<const double> equity, const Bars& bars, double capital) {
    Json months = Json::array();
    for (const MonthlyReturn& month : monthly_returns(equity, bars, capital))
        months.push_back({month.month, month.value});
    return months;
}

Json curve_json(std::span<const double> equity, const PreparedSweep& sweep) {
    const double capital = sweep.execution().capital;
    const EquityCurve curve = equity_curve(equity, capital);
    return {{"equity", packed(floats(curve.last))},
            {"drawdown", packed(floats(curve.drawdown))},
            {"months", months_json(equity, sweep.data().bars, capital)}};
}

// All of the capital in the market from the first close to the last, without costs.
std::vector<double> held_equity(const PreparedSweep& sweep) {
    std::vector<double> equity;
    const BarValues<double>& close = sweep.data().bars.close;
    for (const double price : close) equity.push_back(sweep.execution().capital * (price / close.front()));
    return equity;
}

} // namespace

std::vector<ChosenScenario> record_scenarios(const PreparedSweep& sweep, const std::vector<Row>& rows) {
    std::vector<ChosenScenario> chosen;
    for (const Row& row : rows) {
        if (row.status == RowStatus::invalid) continue;
        const std::span<const double> parameters =
            std::span(row.values).first(sweep.strategy().parameters.size());
        std::optional<Recording> recording =
            record_backtest(sweep.strategy(), parameters, sweep.data().bars, sweep.execution());
        if (!recording) continue;
        if (sweep.precision() == Precision::float64) check_metrics(sweep, row, *recording);
        chosen.push_back({row, std::move(*recording)});
    }
    return chosen;
}

std::string scenarios_json(const PreparedSweep& sweep, const std::vector<ChosenScenario>& scenarios) {
    const Bars& bars = sweep.data().bars;
    Json out;
    out["capital"] = sweep.execution().capital;
    out["bars_per_point"] = bars_per_point(bars.size());
    out["has_time"] = bars.has_time();
    out["time"] = packed(point_times(bars));
    out["held"] = curve_json(held_equity(sweep), sweep);
    out["scenarios"] = Json::array();
    for (const ChosenScenario& chosen : scenarios) {
        Json scenario = curve_json(chosen.recording.equity, sweep);
        scenario["scenario"] = chosen.row.scenario;
        scenario["trades"] = trades_json(chosen.recording.trades, bars, most_trades / scenarios.size());
        out["scenarios"].push_back(scenario);
    }
    return out.dump();
}

} // namespace threadx
