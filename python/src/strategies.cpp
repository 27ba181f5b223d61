#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "analysis/metrics.hpp"
#include "arrays.hpp"
#include "bars.hpp"
#include "jobs/backtest_job.hpp"
#include "parts.hpp"
#include "report/row_text.hpp"
#include "rules/plan.hpp"
#include "sweep/builtin_strategies.hpp"
#include "sweep/sweep_request.hpp"
#include "trades.hpp"
#include "waiting.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace threadx::python {
namespace {

constexpr std::uint64_t no_budget = std::uint64_t{1} << 62U;

std::vector<nb::dict> parameters_of(const Strategy& strategy) {
    std::vector<nb::dict> out;
    for (const Parameter& parameter : strategy.parameters) {
        nb::dict each;
        each["name"] = parameter.name;
        each["default"] = parameter.default_value;
        each["min"] = parameter.minimum;
        each["max"] = parameter.maximum;
        each["integer"] = parameter.integer;
        each["description"] = parameter.description;
        out.push_back(each);
    }
    return out;
}

// What is computed for one scenario, and in which order.
std::string plan_text(const Strategy& strategy, std::size_t bars) {
    return explain_plan(make_plan(strategy, {}, 1, bars, no_budget), strategy);
}

Execution execution_of(const std::string& toml) {
    Execution execution;
    read_fields(ConfigNode::parse(toml, "execution"), execution_fields(), execution);
    return execution;
}

// One scenario in full: (metrics, ruined, parameters, equity, trades).
nb::tuple backtest(const Strategy& strategy, const std::string& name, const HeldBars& bars,
                   const std::map<std::string, double>& parameters, const std::string& execution_toml,
                   const std::string& bars_name) {
    std::vector<NamedValue> given;
    for (const auto& [parameter, value] : parameters) given.push_back({parameter, value});
    const std::vector<double> values = parameters_with(strategy, given);
    const Execution execution = execution_of(execution_toml);
    require_volume(strategy, bars.data.bars, name, bars_name);
    require_times(strategy.graph, bars.data.bars, name, bars_name);
    Backtest out;
    wait_for([&] { out = run_backtest(strategy, values, bars.data, execution); });
    return nb::make_tuple(array_of(out.metrics), out.ruined(), values,
                          array_of(std::move(out.recording.equity)), columns_of(out.recording.trades));
}

} // namespace

void add_strategies(nb::module_& module) {
    nb::class_<Strategy>(module, "Strategy")
        .def(nb::new_(
                 [](const std::string& text, const std::string& name) { return parse_strategy(text, name); }),
             "text"_a, "name"_a)
        .def_prop_ro("name", [](const Strategy& strategy) { return strategy.name; })
        .def_prop_ro("description", [](const Strategy& strategy) { return strategy.description; })
        .def_prop_ro("parameters", &parameters_of)
        .def("plan", &plan_text, "bars"_a);
    module.def("backtest", &backtest, "strategy"_a, "name"_a, "bars"_a, "parameters"_a, "execution"_a,
               "bars_name"_a);
    module.def("find_strategy", [](const std::string& name_or_path) {
        const StrategyText found = find_strategy(name_or_path);
        return std::pair(found.name, found.text);
    });
    module.def("builtin_strategies", [] {
        std::vector<std::string> names;
        for (const BuiltinStrategy& strategy : builtin_strategies()) names.push_back(strategy.name);
        return names;
    });
    module.def("metrics", [] {
        std::vector<std::tuple<std::string, std::string, bool>> out;
        for (const Metric& metric : metrics())
            out.emplace_back(metric.name, metric.help, metric.higher_is_better);
        return out;
    });
    module.def("table_metrics", &default_table_metrics);
    module.def("sweep_keys", &describe_sweep_file);
}

} // namespace threadx::python
