#include "jobs/chosen_rows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/metrics.hpp"
#include "base/error.hpp"
#include "base/nearest_name.hpp"

namespace threadx {

std::vector<Row> chosen_rows(const RunStore& store, const ScenarioChoice& choice) {
    std::vector<Row> rows;
    for (const unsigned long long id : choice.ids) {
        const std::optional<Row> row = store.row(id);
        if (!row) throw InputError(fmt::format("--ids {}: the run has no such scenario", id));
        if (row->status == RowStatus::invalid)
            throw InputError(fmt::format("--ids {}: the scenario could not be run", id));
        for (const Row& other : rows)
            if (other.scenario == id) throw InputError(fmt::format("--ids {}: given twice", id));
        rows.push_back(*row);
    }
    if (!rows.empty()) return rows;
    if (choice.top < 1) throw InputError(fmt::format("--top {}: expected 1 or more", choice.top));
    for (const Metric& metric : metrics())
        if (metric.name == choice.by) {
            for (Row& row :
                 store.top(static_cast<std::size_t>(choice.top), {choice.by, metric.higher_is_better}))
                if (row.status != RowStatus::invalid) rows.push_back(std::move(row));
            if (rows.empty())
                throw InputError(fmt::format("the run '{}' has no scenario that could be run",
                                             store.directory().string()));
            return rows;
        }
    throw InputError(
        fmt::format("--by {}: no such metric{}", choice.by, suggestion(choice.by, metric_names())));
}

RunStore::Order best_first(const RunStore& store, const std::string& column) {
    std::vector<std::string> names = store.schema().metrics;
    names.insert(names.end(), store.schema().parameters.begin(), store.schema().parameters.end());
    if (column != "scenario" && std::find(names.begin(), names.end(), column) == names.end())
        throw InputError(
            fmt::format("--by {}: no such metric or parameter{}", column, suggestion(column, names)));
    const std::size_t metric = metric_index(column);
    return {column, metric < metrics().size() && metrics()[metric].higher_is_better};
}

} // namespace threadx
