// `threadx show` and `threadx hash`: what is in a run.
#include <cstdio>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "jobs/chosen_rows.hpp"
#include "report/overfitting_text.hpp"
#include "report/row_text.hpp"
#include "store/run_store.hpp"

namespace threadx {
namespace {

// The verdict that the sweep has left, or the whole file.
int show_overfitting(const RunStore& store, const std::string& format) {
    const std::filesystem::path file = overfitting_file(store.directory());
    if (!std::filesystem::exists(file))
        throw InputError(
            fmt::format("the run '{}' has no {}: it is unfinished, has a single scenario, or was made "
                        "without sums of returns; sweep again with --set analysis.blocks=16",
                        store.directory().string(), file.filename().string()));
    const std::string text = read_file(file);
    const std::string verdict = verdict_of_json(text, file.string());
    std::fputs(format == "json" ? text.c_str() : (verdict + "\n").c_str(), stdout);
    return exit_done;
}

} // namespace

int show_command(const ShowOptions& options) {
    const RunStore store = RunStore::open_for_reading(options.run);
    if (options.overfitting) return show_overfitting(store, options.format);
    const RowFormat format = options.format == "csv"    ? RowFormat::csv
                             : options.format == "json" ? RowFormat::json
                                                        : RowFormat::table;
    if (options.top < 1) throw InputError(fmt::format("--top {}: expected 1 or more", options.top));
    RunStore::Order order = best_first(store, options.by);
    if (options.ascending || options.descending) order.descending = options.descending;
    std::vector<std::string> shown = default_table_metrics();
    shown.insert(shown.begin(), options.by);
    RowPrinter printer(stdout, format, store.schema(), shown);
    if (options.all) {
        store.for_each_row([&](std::uint64_t scenario, RowStatus status, std::span<const double> values) {
            printer.print(scenario, status, values);
        });
    } else {
        for (const Row& row : store.top(static_cast<std::size_t>(options.top), order))
            printer.print(row.scenario, row.status, row.values);
    }
    printer.finish();
    return exit_done;
}

int hash_command(const std::filesystem::path& run) {
    const RunStore store = RunStore::open_for_reading(run);
    std::printf("%s\n", store.hash().c_str());
    return exit_done;
}

} // namespace threadx
