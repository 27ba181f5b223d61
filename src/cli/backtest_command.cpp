// `threadx backtest`: one scenario in full.
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "analysis/metrics.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "jobs/backtest_job.hpp"
#include "market/time_text.hpp"
#include "report/row_text.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/sweep_request.hpp"

namespace threadx {
namespace {

// "name=value" split; `option` for the error.
std::pair<std::string, std::string> split_assignment(const std::string& text, const char* option) {
    const std::size_t at = text.find('=');
    if (at == std::string::npos || at == 0)
        throw InputError(fmt::format("{} {}: expected name=value", option, text));
    return {text.substr(0, at), text.substr(at + 1)};
}

std::vector<NamedValue> read_values(const std::vector<std::string>& assignments) {
    std::vector<NamedValue> values;
    for (const std::string& text : assignments) {
        const auto [name, value_text] = split_assignment(text, "--set");
        const std::optional<double> value = parse_number(value_text);
        if (!value || !std::isfinite(*value))
            throw InputError(fmt::format("--set {}: '{}' is not a number", text, value_text));
        values.push_back({name, *value});
    }
    return values;
}

Execution read_execution(const std::vector<std::string>& assignments) {
    ConfigNode table;
    for (const std::string& text : assignments) {
        split_assignment(text, "--execution");
        table.assign(text, "--execution");
    }
    Execution execution;
    read_fields(table, execution_fields(), execution);
    return execution;
}

std::string time_cell(const Bars& bars, std::size_t t) {
    return bars.has_time() ? time_text(bars.time[t]) : "";
}

std::string trades_csv(const std::vector<Trade>& trades, const Bars& bars) {
    std::string text =
        "side,units,entry_bar,exit_bar,entry_time,exit_time,entry_price,exit_price,pnl,fees,reason\n";
    for (const Trade& trade : trades)
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", trade.is_long ? "long" : "short",
                            shortest_text(trade.units), trade.entry_bar, trade.exit_bar,
                            time_cell(bars, static_cast<std::size_t>(trade.entry_bar)),
                            time_cell(bars, static_cast<std::size_t>(trade.exit_bar)),
                            shortest_text(trade.entry_price), shortest_text(trade.exit_price),
                            shortest_text(trade.pnl), shortest_text(trade.fees), trade.reason);
    return text;
}

std::string equity_csv(const std::vector<double>& equity, const Bars& bars) {
    std::string text = "bar,time,equity\n";
    for (std::size_t t = 0; t < equity.size(); ++t)
        text += fmt::format("{},{},{}\n", t, time_cell(bars, t), shortest_text(equity[t]));
    return text;
}

nlohmann::ordered_json json_number(double value) {
    if (!std::isfinite(value)) return nullptr;
    return value;
}

void print_json(const Strategy& strategy, const std::vector<double>& parameters, const LoadedBars& data,
                const Execution& execution, bool ruined, const std::vector<double>& values) {
    nlohmann::ordered_json out;
    out["strategy"] = strategy.name;
    out["status"] = ruined ? "ruined" : "ok";
    out["fill"] = execution.fill;
    out["bars"] = data.bars.size();
    for (std::size_t i = 0; i < parameters.size(); ++i)
        out["parameters"][strategy.parameters[i].name] = parameters[i];
    for (std::size_t i = 0; i < values.size(); ++i)
        out["metrics"][metrics()[i].name] = json_number(values[i]);
    std::printf("%s\n", out.dump(1).c_str());
}

void print_as_table(const Strategy& strategy, const std::vector<double>& parameters, const LoadedBars& data,
                    const Execution& execution, bool ruined, const std::vector<double>& values) {
    std::printf("%s%s\n", strategy.name.c_str(), ruined ? " (ruined)" : "");
    if (!strategy.description.empty()) std::printf("%s\n", strategy.description.c_str());
    if (data.bars.has_time())
        std::printf("%s bars, %s to %s\n", with_thousands(data.bars.size()).c_str(),
                    time_text(data.bars.time.front()).c_str(), time_text(data.bars.time.back()).c_str());
    if (execution.fill == "close") std::printf("fill = \"close\": for comparison with other tools only\n");
    std::printf("\n");
    for (std::size_t i = 0; i < parameters.size(); ++i)
        std::printf("  %-20s %s\n", strategy.parameters[i].name.c_str(),
                    shortest_text(parameters[i]).c_str());
    std::printf("\n");
    for (std::size_t i = 0; i < values.size(); ++i)
        std::printf("  %-20s %-12s %s\n", metrics()[i].name.c_str(), short_number(values[i]).c_str(),
                    metrics()[i].help.c_str());
}

} // namespace

int backtest_command(const BacktestOptions& options) {
    const StrategyText text = find_strategy(options.strategy);
    const Strategy strategy = parse_strategy(text.text, text.name);
    const std::vector<double> parameters =
        parameters_with(strategy, read_values(options.parameters), "--set ");
    const Execution execution = read_execution(options.execution);
    const DataSettings data_settings{options.data.string(), options.resample, options.bars_per_year};
    const LoadedBars data = load_bars(options.data, data_settings, "--bars-per-year");
    for (const std::string& warning : data.warnings) spdlog::warn("{}", warning);
    require_volume(strategy, data.bars, text.name, options.data.string());
    require_times(strategy.graph, data.bars, text.name, options.data.string());

    const Backtest backtest = run_backtest(strategy, parameters, data, execution);
    if (!options.trades.empty())
        write_file_atomically(options.trades, trades_csv(backtest.recording.trades, data.bars));
    if (!options.equity.empty())
        write_file_atomically(options.equity, equity_csv(backtest.recording.equity, data.bars));
    (options.format == "json" ? print_json : print_as_table)(strategy, parameters, data, execution,
                                                             backtest.ruined(), backtest.metrics);
    return exit_done;
}

} // namespace threadx
