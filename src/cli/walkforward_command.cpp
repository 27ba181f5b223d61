// `threadx walkforward`.
#include <cmath>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/number_text.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/run_command.hpp"
#include "cli/table.hpp"
#include "jobs/walkforward_files.hpp"
#include "market/time_text.hpp"
#include "report/row_text.hpp"
#include "walkforward/walkforward_json.hpp"

namespace threadx {
namespace {

double value_of(const std::vector<double>& metrics, const std::string& name) {
    return metrics.empty() ? std::nan("") : metrics[metric_index(name)];
}

// "2022-03-01 to 2022-03-30", of intraday bars with the time; bar numbers where there are no times.
std::string range_words(const Bars& bars, const BarRange& range) {
    if (!bars.has_time()) return fmt::format("{} to {}", range.first, range.end - 1);
    const auto words = [](std::int64_t time) {
        std::string text = time_text(time).substr(0, 16);
        text[10] = ' ';
        return text.ends_with(" 00:00") ? text.substr(0, 10) : text;
    };
    return fmt::format("{} to {}", words(bars.time[range.first]), words(bars.time[range.end - 1]));
}

std::string test_words(const PreparedSweep& sweep, const Fold& fold) {
    if (fold.test_groups.empty()) return range_words(sweep.data().bars, fold.test.front());
    std::string text = "groups";
    for (const std::size_t group : fold.test_groups) text += fmt::format(" {}", group);
    return text;
}

void print_folds(const PreparedSweep& sweep, const WalkforwardResult& result) {
    const std::string& by = sweep.walkforward()->settings.by;
    TableLine header = {"fold", "test", "scenario"};
    for (const Dimension& dimension : sweep.space().dimensions()) header.push_back(dimension.name());
    std::vector<std::string> shown = {by};
    for (const char* name : {"sharpe", "total_return"})
        if (by != name) shown.emplace_back(name);
    for (const std::string& name : shown) {
        header.push_back(name + " in");
        header.push_back("out");
    }
    header.emplace_back("trades out");
    std::vector<TableLine> lines = {header};
    for (std::size_t f = 0; f < result.folds.size(); ++f) {
        const FoldResult& fold = result.folds[f];
        TableLine& line = lines.emplace_back();
        line = {std::to_string(f), test_words(sweep, sweep.walkforward()->folds[f]),
                fold.choice ? std::to_string(fold.choice->scenario) : "none"};
        for (std::size_t d = 0; d < sweep.space().dimensions().size(); ++d)
            line.push_back(fold.choice ? short_number(fold.parameters[sweep.parameter_of(d)]) : "-");
        for (const std::string& name : shown) {
            line.push_back(short_number(value_of(fold.in_sample, name)));
            line.push_back(short_number(value_of(fold.out_of_sample, name)));
        }
        line.push_back(short_number(value_of(fold.out_of_sample, "trades")));
    }
    print_table(lines);
}

void print_stability(const std::vector<ParameterStability>& stability) {
    if (stability.empty()) return;
    std::vector<TableLine> lines = {
        {"parameter", "mean", "deviation", "most common", "share", "share within one step"}};
    for (const ParameterStability& parameter : stability)
        lines.push_back({parameter.name, short_number(parameter.mean), short_number(parameter.deviation),
                         short_number(parameter.mode), short_number(parameter.mode_share),
                         short_number(parameter.near_share)});
    std::puts("");
    print_table(lines);
}

void print_curve(const StitchedCurve& curve) {
    std::puts("\nall tests, one after the other:");
    std::vector<TableLine> lines(2);
    for (const std::string& name : default_table_metrics()) {
        lines[0].push_back(name);
        lines[1].push_back(short_number(value_of(curve.metrics, name)));
    }
    print_table(lines);
}

void print_paths(const std::vector<PathResult>& paths) {
    std::puts("\npaths through all groups:");
    std::vector<TableLine> lines = {{"path", "sharpe", "total_return", "max_drawdown", "trades"}};
    for (std::size_t i = 0; i < paths.size(); ++i) {
        TableLine& line = lines.emplace_back();
        line = {std::to_string(i)};
        for (const char* name : {"sharpe", "total_return", "max_drawdown", "trades"})
            line.push_back(short_number(value_of(paths[i].curve.metrics, name)));
    }
    print_table(lines);
}

void print_result(const PreparedSweep& sweep, const WalkforwardResult& result) {
    print_folds(sweep, result);
    print_stability(result.stability);
    if (result.curve) print_curve(*result.curve);
    if (!result.paths.empty()) print_paths(result.paths);
    std::printf("\nwalk-forward efficiency %s, profitable tests %s\n",
                short_number(result.efficiency).c_str(), short_number(result.profitable_share).c_str());
}

} // namespace

RunOutcome walkforward_outcome(const PreparedSweep& sweep, bool json) {
    const auto result = std::make_shared<WalkforwardResult>(); // of two functions
    return {
        .complete = [&sweep, result](const RunStore& store) { *result = write_walkforward(store, sweep); },
        .print =
            [&sweep, result, json](const RunStore& store, const RunResult& run) {
                if (json)
                    std::fputs(walkforward_json(sweep, *result).c_str(), stdout);
                else
                    print_result(sweep, *result);
                const double work =
                    static_cast<double>(run.scenarios) * static_cast<double>(sweep.simulated_bars());
                spdlog::info(
                    "{} scenarios in {} windows in {}: {:.0f} million bar-scenarios a second on {}; all "
                    "of it in {}",
                    with_thousands(run.scenarios), with_thousands(sweep.walkforward()->windows.size()),
                    duration_words(run.seconds), work / run.seconds / 1e6, devices_text(run),
                    (store.directory() / "walkforward.json").string());
            }};
}

int walkforward_command(const SweepOptions& options) {
    return start_run(options, SweepKind::walkforward, [&](const PreparedSweep& sweep, const RunStore&) {
        return walkforward_outcome(sweep, options.json);
    });
}

} // namespace threadx
