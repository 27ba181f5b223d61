// `threadx column`: an expression of the rule language over bars.
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "api/machine.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "market/time_text.hpp"
#include "rules/strategy.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {
namespace {

// "auto" and lists are to be chosen from; one name is where it has to be.
Placement placement_of(const std::string& devices) {
    return devices == "auto" || devices.find(',') != std::string::npos ? Placement() : Placement(devices);
}

ComputedColumns compute(const Graph& graph, std::span<const NodeId> nodes, const Bars& bars,
                        const ColumnOptions& options) {
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const BarTimes times = bar_times(bars);
    const BarSeries series = series_of(bars, times);
    Machine machine(settings, options.devices, "", [](std::string_view line) { spdlog::warn("{}", line); });
    return machine.columns().compute({graph, nodes, series, bars.size(), "indicator/expression"},
                                     placement_of(options.devices));
}

void explain(const Decision& decision) {
    for (const std::string& prediction : decision.predictions)
        fmt::print(stderr, "predicted: {}\n", prediction);
    fmt::print(stderr, "{}\n", decision.reason);
    fmt::print(stderr, "computed on {} in {}\n", decision.device, duration_text(decision.seconds));
}

// Of one expression "value", of several their texts.
std::string header_of(const std::vector<std::string>& expressions) {
    if (expressions.size() == 1) return ",value";
    std::string header;
    for (const std::string& expression : expressions) {
        header += ",\"";
        for (const char c : expression) header.append(c == '"' ? 2 : 1, c);
        header += '"';
    }
    return header;
}

} // namespace

int column_command(const ColumnOptions& options) {
    Graph graph;
    std::vector<NodeId> nodes;
    for (const std::string& expression : options.expressions)
        nodes.push_back(parse_expression(graph, expression));
    DataSettings data_settings;
    data_settings.resample = options.resample;
    data_settings.bars_per_year = 1.0; // no metric is computed
    const LoadedBars data = load_bars(options.data, data_settings, "--data");
    require_times(graph, data.bars, "EXPR", options.data.string());
    const ComputedColumns columns = compute(graph, nodes, data.bars, options);
    if (options.explain) explain(columns.decision);
    std::string text = "bar,time" + header_of(options.expressions) + "\n";
    for (std::size_t t = 0; t < data.bars.size(); ++t) {
        text += fmt::format("{},{}", t, data.bars.has_time() ? time_text(data.bars.time[t]) : "");
        for (const std::vector<double>& column : columns.values) {
            text += ',';
            if (!std::isnan(column[t])) text += shortest_text(column[t]);
        }
        text += '\n';
    }
    if (options.out.empty())
        std::fwrite(text.data(), 1, text.size(), stdout);
    else
        write_file_atomically(options.out, text);
    return exit_done;
}

} // namespace threadx
