// `threadx robustness`: what is left of the best scenarios in other conditions.
#include <cstdio>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "analysis/metrics.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/table.hpp"
#include "report/report_sweep.hpp"
#include "report/robustness_text.hpp"
#include "store/run_store.hpp"
#include "sweep/robustness.hpp"

namespace threadx {
namespace {

Settings settings_of(const RobustnessCommandOptions& options) {
    for (const std::string& text : options.overrides)
        for (const char* section :
             {"data.", "strategy.", "space.", "sampler.", "execution.", "run.", "analysis."})
            if (text.rfind(section, 0) == 0)
                throw InputError(fmt::format("--set {}: the run says what is computed; only settings such as "
                                             "robustness.ruin can be given",
                                             text));
    Settings settings = load_settings(options.settings, options.overrides);
    if (options.workers < 0 || options.workers > 1024)
        throw InputError(fmt::format("--workers {}: expected 1 to 1024", options.workers));
    if (options.workers > 0) settings.performance.max_workers = options.workers;
    set_up_log(settings);
    return settings;
}

// The rows named by --ids, or the first of the run.
std::vector<Row> chosen_rows(const RunStore& store, const RobustnessCommandOptions& options) {
    std::vector<Row> rows;
    for (const unsigned long long id : options.ids) {
        const std::optional<Row> row = store.row(id);
        if (!row) throw InputError(fmt::format("--ids {}: the run has no such scenario", id));
        if (row->status == RowStatus::invalid)
            throw InputError(fmt::format("--ids {}: the scenario could not be run", id));
        for (const Row& other : rows)
            if (other.scenario == id) throw InputError(fmt::format("--ids {}: given twice", id));
        rows.push_back(*row);
    }
    if (!rows.empty()) return rows;
    if (options.top < 1) throw InputError(fmt::format("--top {}: expected 1 or more", options.top));
    for (const Metric& metric : metrics())
        if (metric.name == options.by) {
            for (Row& row :
                 store.top(static_cast<std::size_t>(options.top), {options.by, metric.higher_is_better}))
                if (row.status != RowStatus::invalid) rows.push_back(std::move(row));
            if (rows.empty())
                throw InputError(fmt::format("the run '{}' has no scenario that could be run",
                                             store.directory().string()));
            return rows;
        }
    throw InputError(
        fmt::format("--by {}: no such metric{}", options.by, suggestion(options.by, metric_names())));
}

} // namespace

int robustness_command(const RobustnessCommandOptions& options) {
    const Settings settings = settings_of(options);
    if (options.simulations < 1 || options.simulations > 1'000'000)
        throw InputError(fmt::format("--simulations {}: expected 1 to 1,000,000", options.simulations));
    const RunStore store = RunStore::open_for_reading(options.run);
    const std::vector<Row> rows = chosen_rows(store, options);
    const ReportSweep made = prepare_again(store, settings);
    if (!made.data_problem.empty())
        throw InputError(fmt::format("robustness is tested on the run's bars: {}", made.data_problem));
    if (made.sweep->walkforward() != nullptr)
        throw InputError(fmt::format("'{}' is a walk-forward, which is a test already; robustness is tested "
                                     "on the run of a sweep",
                                     store.directory().string()));
    RobustnessOptions robustness;
    robustness.simulations = static_cast<std::size_t>(options.simulations);
    robustness.seed = options.seed;
    robustness.devices = {options.devices, options.balance};
    robustness.stop = options.stop;
    robustness.on_step = [](const std::string& text) { spdlog::info("{}", text); };
    const auto result = test_robustness(*made.sweep, rows, settings, robustness);
    if (!result) {
        spdlog::warn("interrupted: nothing was written");
        return exit_interrupted;
    }
    for (const std::string& note : result->notes) spdlog::info("{}", note);
    const std::string json = robustness_json(*made.sweep, *result, settings.robustness, robustness);
    write_file_atomically(robustness_file(store.directory()), json);
    spdlog::info("all quantiles: {}", robustness_file(store.directory()).string());
    if (options.json)
        std::fputs(json.c_str(), stdout);
    else
        print_table(robustness_table(result->scenarios, settings.robustness));
    return exit_done;
}

} // namespace threadx
