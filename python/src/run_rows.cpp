#include <algorithm>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "analysis/metrics.hpp"
#include "arrays.hpp"
#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "jobs/chosen_rows.hpp"
#include "report/chosen_scenarios.hpp"
#include "report/heat_axes.hpp"
#include "report/heat_maps.hpp"
#include "run.hpp"
#include "trades.hpp"
#include "waiting.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace threadx::python {
namespace {

constexpr std::size_t most_cells = 250'000;

// Rows as columns: (scenario, status, [values of each column of the schema]).
class Columns {
  public:
    Columns(std::size_t rows, std::size_t width) : rows_(rows), width_(width) {
        scenarios_.reserve(rows);
        statuses_.reserve(rows);
        values_.resize(rows * width);
    }

    void add(std::uint64_t scenario, RowStatus status, std::span<const double> values) {
        const std::size_t i = scenarios_.size();
        if (i == rows_) return; // rows that came while they were read
        scenarios_.push_back(scenario);
        statuses_.push_back(static_cast<std::uint8_t>(status));
        for (std::size_t c = 0; c < width_; ++c) values_[c * rows_ + i] = values[c];
    }

    nb::tuple arrays() {
        const std::size_t count = scenarios_.size();
        const OutArray<double> all = array_of(std::move(values_));
        const nb::object owner = nb::cast(all);
        nb::list columns;
        for (std::size_t c = 0; c < width_; ++c)
            columns.append(OutArray<double>(all.data() + c * rows_, {count}, owner));
        return nb::make_tuple(array_of(std::move(scenarios_)), array_of(std::move(statuses_)), columns);
    }

  private:
    std::size_t rows_;
    std::size_t width_;
    std::vector<std::uint64_t> scenarios_;
    std::vector<std::uint8_t> statuses_;
    std::vector<double> values_;
};

nb::tuple all_rows(const HeldRun& run) {
    std::optional<Columns> columns;
    wait_for([&] {
        const RunStore store = run.open();
        columns.emplace(store.row_count(), run.schema().width());
        store.for_each_row([&](std::uint64_t scenario, RowStatus status, std::span<const double> values) {
            columns->add(scenario, status, values);
        });
    });
    return columns->arrays();
}

// The first rows by a metric or parameter. `ascending`: none for the best first.
nb::tuple top_rows(const HeldRun& run, std::size_t count, const std::string& by,
                   std::optional<bool> ascending) {
    std::vector<Row> rows;
    wait_for([&] {
        const RunStore store = run.open();
        RunStore::Order order = best_first(store, by);
        if (ascending) order.descending = !*ascending;
        rows = store.top(count, order);
    });
    Columns columns(rows.size(), run.schema().width());
    for (const Row& row : rows) columns.add(row.scenario, row.status, row.values);
    return columns.arrays();
}

// Which columns hold whole numbers alone.
std::vector<std::string> whole_parameters(HeldRun& run) {
    std::vector<std::string> names;
    for (const Parameter& parameter : run.sweep().strategy().parameters)
        if (parameter.integer) names.push_back(parameter.name);
    if (run.sweep().walkforward() != nullptr) names.emplace_back("fold");
    return names;
}

std::vector<std::string> swept_parameters(HeldRun& run) {
    std::vector<std::string> names;
    for (const Dimension& dimension : run.sweep().space().dimensions()) names.push_back(dimension.name());
    return names;
}

// One scenario in full: (equity, trades).
nb::tuple record(HeldRun& run, std::uint64_t id) {
    std::vector<ChosenScenario> chosen;
    wait_for([&] {
        const RunStore store = run.open();
        const PreparedSweep& sweep = run.sweep_on_its_bars();
        if (sweep.walkforward() != nullptr)
            throw InputError("rows of a walk-forward are of windows: backtest their parameters with "
                             "threadx.backtest");
        const std::optional<Row> row = store.row(id);
        if (!row) throw InputError("the run has no scenario " + std::to_string(id));
        if (row->status == RowStatus::invalid)
            throw InputError("scenario " + std::to_string(id) +
                             " could not be run: a window length is below 1 or not whole");
        chosen = record_scenarios(sweep, {*row});
    });
    Recording& recording = chosen.at(0).recording;
    return nb::make_tuple(array_of(std::move(recording.equity)), columns_of(recording.trades));
}

HeatAxis axis_of(const std::vector<HeatAxis>& axes, const std::string& name) {
    std::vector<std::string> names;
    for (const HeatAxis& axis : axes) {
        if (axis.name == name) return axis;
        names.push_back(axis.name);
    }
    throw InputError("'" + name + "' is no parameter that takes several values in this run" +
                     suggestion(name, names));
}

// A metric over two parameters: (edges of a, edges of b, whether the cells of each are single values, values
// by a and then b).
nb::tuple heatmap(HeldRun& run, const std::string& a, const std::string& b, const std::string& metric,
                  bool mean) {
    const std::size_t index = metric_index(metric);
    if (index == metrics().size())
        throw InputError("there is no metric '" + metric + "'" + suggestion(metric, metric_names()));
    std::vector<HeatAxis> axes;
    std::vector<double> cells;
    wait_for([&] {
        const std::vector<HeatAxis> all = heat_axes(run.sweep().space(), run.schema().parameters, most_cells);
        axes = {axis_of(all, a), axis_of(all, b)};
        HeatMaps maps(axes, metrics(), {metric});
        run.open().for_each_row([&](std::uint64_t, RowStatus status, std::span<const double> values) {
            maps.add(status, values);
        });
        cells.resize(axes[0].size() * axes[1].size());
        for (std::size_t cell = 0; cell < cells.size(); ++cell)
            cells[cell] = mean ? maps.mean(0, index, cell) : maps.best(0, index, cell);
    });
    return nb::make_tuple(array_of(axes[0].edges), array_of(axes[1].edges), axes[0].single_values,
                          axes[1].single_values, array_of(std::move(cells)));
}

std::string hash(const HeldRun& run) {
    std::string text;
    wait_for([&] { text = run.open().hash(); });
    return text;
}

} // namespace

void add_rows(nb::class_<HeldRun>& run) {
    run.def_prop_ro("row_count", [](const HeldRun& self) { return self.open().row_count(); })
        .def_prop_ro("parameters", [](const HeldRun& self) { return self.schema().parameters; })
        .def_prop_ro("metrics", [](const HeldRun& self) { return self.schema().metrics; })
        .def_prop_ro("whole_parameters", &whole_parameters)
        .def_prop_ro("swept_parameters", &swept_parameters)
        .def_prop_ro("strategy_name", [](HeldRun& self) { return self.sweep().strategy().name; })
        .def_prop_ro("bars_count", [](HeldRun& self) { return self.sweep().data().bars.size(); })
        .def("bar_times",
             [](nb::handle self) {
                 return view_of(nb::cast<HeldRun&>(self).sweep_on_its_bars().data().bars.time, self);
             })
        .def("rows", &all_rows)
        .def("top", &top_rows, "count"_a, "by"_a, "ascending"_a.none())
        .def("record", &record, "scenario"_a)
        .def("heatmap", &heatmap, "a"_a, "b"_a, "metric"_a, "mean"_a)
        .def("hash", &hash);
}

} // namespace threadx::python
