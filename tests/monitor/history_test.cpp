// Snapshots as columns, and their means and extremes.
#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "monitor/history.hpp"
#include "monitor/quantities.hpp"

using namespace threadx;

namespace {

SystemSnapshot snapshot(double elapsed, std::optional<double> celsius) {
    SystemSnapshot out;
    out.time = 1e9 + elapsed;
    out.elapsed = elapsed;
    out.cpu.load_percent = 10.0 * elapsed;
    out.gpus.resize(2);
    out.gpus[1].temperature_celsius = celsius;
    return out;
}

const HistoryColumn& named(const std::vector<HistoryColumn>& columns, const std::string& name) {
    for (const HistoryColumn& column : columns)
        if (column.name == name) return column;
    FAIL("no column " << name);
    return columns.front();
}

} // namespace

TEST_CASE("columns have a value for each snapshot, and NaN where it is absent") {
    const std::vector<SystemSnapshot> snapshots = {snapshot(1.0, 50.0), snapshot(2.0, {}),
                                                   snapshot(3.0, 61.0)};
    const std::vector<HistoryColumn> columns = history_columns(snapshots);
    CHECK(columns.size() == 2 + cpu_quantities().size() + 2 * gpu_quantities().size());
    CHECK(columns[0].name == "time");
    CHECK(named(columns, "elapsed").values == std::vector<double>{1.0, 2.0, 3.0});
    CHECK(named(columns, "cpu_load_percent").values == std::vector<double>{10.0, 20.0, 30.0});
    const std::vector<double>& celsius = named(columns, "gpu1_temperature_celsius").values;
    REQUIRE(celsius.size() == 3);
    CHECK(celsius[0] == 50.0);
    CHECK(std::isnan(celsius[1]));
    CHECK(celsius[2] == 61.0);
}

TEST_CASE("GPUs that were asked for later are absent before") {
    std::vector<SystemSnapshot> snapshots = {snapshot(1.0, 50.0), snapshot(2.0, 51.0)};
    snapshots[0].gpus.clear();
    const std::vector<double> celsius = named(history_columns(snapshots), "gpu1_temperature_celsius").values;
    CHECK(std::isnan(celsius[0]));
    CHECK(celsius[1] == 51.0);
}

TEST_CASE("means and extremes are of what is there; what is nowhere has none") {
    const std::vector<SystemSnapshot> snapshots = {snapshot(1.0, 50.0), snapshot(2.0, {}),
                                                   snapshot(3.0, 61.0)};
    const std::vector<ColumnSummary> summary = summarize(history_columns(snapshots));
    REQUIRE(summary.size() == 2);
    CHECK(summary[0].name == "cpu_load_percent");
    CHECK(summary[0].mean == 20.0);
    CHECK(summary[0].max == 30.0);
    CHECK(summary[0].samples == 3);
    CHECK(summary[1].name == "gpu1_temperature_celsius");
    CHECK(summary[1].mean == 55.5);
    CHECK(summary[1].max == 61.0);
    CHECK(summary[1].samples == 2);
}

TEST_CASE("each quantity has names of its own") {
    std::set<std::string> names, columns, metrics;
    for (const auto& quantity : gpu_quantities()) {
        names.insert(quantity.name);
        columns.insert(quantity.column);
        metrics.insert(quantity.metric);
    }
    CHECK(names.size() == gpu_quantities().size());
    for (const auto& quantity : cpu_quantities()) {
        columns.insert(quantity.column);
        metrics.insert(quantity.metric);
    }
    CHECK(columns.size() == gpu_quantities().size() + cpu_quantities().size());
    CHECK(metrics.size() == columns.size());
}
