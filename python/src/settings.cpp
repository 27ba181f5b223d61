#include <fmt/format.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "parts.hpp"
#include "sweep/settings.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace threadx::python {
namespace {

nb::object value_of(const ConfigNode& node) {
    switch (node.kind) {
    case ConfigNode::Kind::text: return nb::cast(node.text());
    case ConfigNode::Kind::integer: return nb::cast(node.integer());
    case ConfigNode::Kind::number: return nb::cast(node.number());
    case ConfigNode::Kind::boolean: return nb::cast(node.boolean());
    case ConfigNode::Kind::list: {
        nb::list items;
        for (const ConfigNode& item : node.list()) items.append(value_of(item));
        return items;
    }
    default: return nb::none();
    }
}

// (section, key, value) of each key in a section or in one within it.
void add_values(const std::string& section, const ConfigNode& table, nb::list& out) {
    for (const auto& [key, node] : table.entries())
        if (node.kind == ConfigNode::Kind::table)
            add_values(section.empty() ? key : fmt::format("{}.{}", section, key), node, out);
        else
            out.append(nb::make_tuple(section, key, value_of(node)));
}

nb::list values_of(const Settings& settings) {
    nb::list out;
    add_values("", ConfigNode::parse(describe_settings(settings), settings.source), out);
    return out;
}

} // namespace

void add_settings(nb::module_& module) {
    nb::class_<Settings>(module, "Settings", "Who and where: the settings of this machine.")
        .def(nb::new_(
                 [](const std::optional<std::filesystem::path>& file,
                    const std::vector<std::string>& overrides) { return load_settings(file, overrides); }),
             "file"_a.none(), "overrides"_a)
        .def_prop_ro("source", [](const Settings& settings) { return settings.source; })
        .def_prop_ro("workers", &Settings::workers)
        .def_prop_ro("runs", [](const Settings& settings) { return settings.paths.runs; })
        .def("values", &values_of)
        .def("toml", &describe_settings);
}

} // namespace threadx::python
