// Indicators and expressions over arrays.
#include <cmath>

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "api/machine.hpp"
#include "arrays.hpp"
#include "market/bar_times.hpp"
#include "parts.hpp"
#include "rules/functions.hpp"
#include "rules/strategy.hpp"
#include "waiting.hpp"

#include <spdlog/spdlog.h>

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace threadx::python {
namespace {

constexpr const char* field_names[] = {"open", "high", "low", "close", "volume", "time"};

const char* kind_name(ArgumentKind kind) {
    constexpr const char* names[] = {"series", "condition", "length",   "scalar",
                                     "number", "choice",    "duration", "expression"};
    return names[static_cast<std::size_t>(kind)];
}

// An argument that is right, to find out what the call reads: `series` in the place of what must be given.
std::string sample_of(const IndicatorArgument& argument, const std::string& series) {
    switch (argument.kind) {
    case ArgumentKind::series: return series;
    case ArgumentKind::condition: return series + " > 0";
    case ArgumentKind::choice: return "\"" + std::string(argument.choices.front()) + "\"";
    case ArgumentKind::duration: return "\"1d\"";
    case ArgumentKind::longer: return series;
    default: break;
    }
    if (!argument.default_text.empty()) return std::string(argument.default_text);
    return std::isfinite(argument.least) ? std::to_string(std::max(argument.least, 2.0)) : "2";
}

BarFieldSet fields_of_call(const Indicator& function, const std::string& series) {
    std::string call = std::string(function.name) + "(";
    for (const IndicatorArgument& argument : function.arguments)
        call += (&argument == function.arguments.data() ? "" : ", ") + sample_of(argument, series);
    call += ")";
    if (function.outputs.size() > 1) call += "." + std::string(function.outputs.front().name);
    Graph graph;
    parse_expression(graph, call);
    return graph.fields_used();
}

// The series of the bars that it reads whatever its arguments are.
std::vector<std::string> own_fields(const Indicator& function) {
    const BarFieldSet with_open = fields_of_call(function, "open");
    const BarFieldSet with_volume = fields_of_call(function, "volume");
    std::vector<std::string> names;
    for (std::size_t i = 0; i < bar_field_count; ++i)
        if (with_open[i] && with_volume[i]) names.emplace_back(bar_field_name(static_cast<int>(i)));
    return names;
}

nb::dict description_of(const IndicatorArgument& argument) {
    nb::dict out;
    out["name"] = std::string(argument.name);
    out["kind"] = kind_name(argument.kind);
    out["default"] = std::string(argument.default_text);
    out["least"] = argument.least;
    out["most"] = argument.most;
    out["help"] = std::string(argument.help);
    out["choices"] = std::vector<std::string>(argument.choices.begin(), argument.choices.end());
    return out;
}

nb::list catalogue() {
    nb::list out;
    for (const Function& function : functions()) {
        const Indicator& each = *function.description;
        nb::dict description;
        description["name"] = std::string(each.name);
        description["signature"] = signature(each);
        description["group"] = std::string(each.group);
        description["help"] = std::string(each.help);
        description["source"] = std::string(each.source);
        description["undefined"] = std::string(each.undefined);
        nb::list arguments;
        for (const IndicatorArgument& argument : each.arguments) arguments.append(description_of(argument));
        description["arguments"] = arguments;
        std::vector<std::string> outputs;
        for (const NamedExpression& output : each.outputs) outputs.emplace_back(output.name);
        description["outputs"] = outputs;
        description["fields"] = own_fields(each);
        out.append(description);
    }
    return out;
}

std::vector<std::string> series_list() {
    std::vector<std::string> names;
    for (const SeriesName& series : series_names()) names.push_back(series.name);
    return names;
}

// Columns on the device that is soonest done with them; devices stay open.
class ColumnEngine {
  public:
    ColumnEngine(const Settings& settings, const std::string& devices)
        : machine_(settings, devices, "", [](std::string_view line) { spdlog::info("{}", line); }) {}

    // (arrays, where and why there). `series`: by the name of the field, all of one length.
    nb::tuple compute(const std::vector<std::string>& expressions,
                      const std::map<std::string, InArray<double>>& series, const std::string& tag,
                      const std::string& placement) {
        Graph graph;
        std::vector<NodeId> nodes;
        for (const std::string& expression : expressions)
            nodes.push_back(parse_expression(graph, expression));
        BarSeries bars;
        std::size_t count = 0;
        for (std::size_t i = 0; i < std::size(field_names); ++i)
            if (const auto at = series.find(field_names[i]); at != series.end()) {
                bars[i] = span_of(at->second);
                count = bars[i].size();
            }
        std::vector<double> ends;
        if (const auto time = series.find("time"); time != series.end()) {
            ends = bar_ends(span_of(time->second));
            bars[std::size(field_names)] = ends;
        }
        ComputedColumns computed;
        wait_for([&] { computed = machine_.columns().compute({graph, nodes, bars, count, tag}, placement); });
        nb::list arrays;
        for (std::vector<double>& values : computed.values) arrays.append(array_of(std::move(values)));
        nb::dict decision;
        decision["device"] = computed.decision.device;
        decision["reason"] = computed.decision.reason;
        decision["predictions"] = computed.decision.predictions;
        decision["seconds"] = computed.decision.seconds;
        return nb::make_tuple(arrays, decision);
    }

    void flush() {
        wait_for([&] { machine_.rates().flush(); });
    }

  private:
    Machine machine_;
};

} // namespace

void add_columns(nb::module_& module) {
    module.def("indicators", &catalogue);
    module.def("series_names", &series_list);
    nb::class_<ColumnEngine>(module, "ColumnEngine")
        .def(nb::init<const Settings&, const std::string&>(), "settings"_a, "devices"_a)
        .def("compute", &ColumnEngine::compute, "expressions"_a, "series"_a, "tag"_a, "placement"_a)
        .def("flush", &ColumnEngine::flush);
}

} // namespace threadx::python
