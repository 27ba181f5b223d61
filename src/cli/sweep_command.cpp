// `threadx sweep` and `threadx resume`.
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "cli/log.hpp"
#include "cli/progress.hpp"
#include "cli/run_command.hpp"
#include "jobs/run_overfitting.hpp"
#include "report/row_text.hpp"
#include "store/best_rows.hpp"
#include "sweep/manifest.hpp"

namespace threadx {
namespace {

void print_summary(const RunStore& store, const BestRows& best, const PreparedSweep& sweep,
                   const RunResult& result, const std::optional<std::string>& overfitting, bool json) {
    const double work = static_cast<double>(result.scenarios) * static_cast<double>(sweep.data().bars.size());
    if (json) {
        nlohmann::ordered_json out = {
            {"run", store.directory().string()}, {"rows", store.row_count()},
            {"computed", result.scenarios},      {"invalid", result.invalid},
            {"seconds", result.seconds},         {"bar_scenarios_per_second", work / result.seconds}};
        if (overfitting) out["overfitting"] = *overfitting;
        std::printf("%s\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        return;
    }
    RowPrinter printer(stdout, RowFormat::table, store.schema(), default_table_metrics());
    for (const Row& row : best.rows()) printer.print(row.scenario, row.status, row.values);
    printer.finish();
    if (overfitting) std::printf("\n%s\n", overfitting->c_str());
    if (result.invalid > 0)
        spdlog::warn("{} scenarios could not be run (status 'invalid'): a window length below 1 or not whole",
                     with_thousands(result.invalid));
    spdlog::info("{} rows in {}: {:.0f} million bar-scenarios a second on {}; see all with: threadx "
                 "show {} --all",
                 with_thousands(store.row_count()), duration_words(result.seconds),
                 work / result.seconds / 1e6, devices_text(result), store.directory().string());
}

// Shows the best rows.
RunOutcome sweep_outcome(const PreparedSweep& sweep, const RunStore& store, bool json) {
    const auto best =
        std::make_shared<BestRows>(store, 10, RunStore::Order{"sharpe", true}); // of two functions
    return {.take = [best](const RowBlock& block) { best->add(block); },
            .print =
                [=, &sweep](const RunStore& rows, const RunResult& result) {
                    print_summary(rows, *best, sweep, result, write_overfitting(rows, sweep, result.workers),
                                  json);
                }};
}

} // namespace

int sweep_command(const SweepOptions& options) {
    return start_run(options, SweepKind::sweep, [&](const PreparedSweep& sweep, const RunStore& store) {
        return sweep_outcome(sweep, store, options.json);
    });
}

int resume_command(const ResumeOptions& options) {
    const Settings settings = settings_for(options, options.workers);
    if (!split_overrides(options.overrides).sweep.empty())
        throw InputError(
            fmt::format("--set {}: resume goes on with what the run was started with; only settings such as "
                        "optimization.performance.max_workers can be given",
                        split_overrides(options.overrides).sweep.front()));
    ResumedRun run = open_to_resume(options.run, settings);
    const PreparedSweep& sweep = *run.sweep;
    warn_of(sweep);
    if (run.missing_scenarios == 0)
        spdlog::info("all {} rows are there already", with_thousands(run.store.row_count()));
    RunProfiles profiles(settings);
    RunDevices devices(settings, {options.devices, options.balance}, sweep, run.missing_scenarios,
                       profiles.known());
    return run_into(run.store, sweep, settings, devices, profiles, options, run.manifest,
                    sweep.walkforward() != nullptr ? walkforward_outcome(sweep, options.json)
                                                   : sweep_outcome(sweep, run.store, options.json));
}

} // namespace threadx
