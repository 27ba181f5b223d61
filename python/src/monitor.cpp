// The sampler of processor, memory and GPUs.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.hpp"
#include "monitor/system_monitor.hpp"
#include "parts.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace threadx::python {
namespace {

// Arrays by the name of the quantity: time (seconds since 1970), elapsed, cpu_..., gpu0_...
nb::dict arrays_of(std::vector<HistoryColumn> columns) {
    nb::dict out;
    for (HistoryColumn& column : columns) out[column.name.c_str()] = array_of(std::move(column.values));
    return out;
}

std::optional<nb::dict> latest(const SystemMonitor& monitor) {
    const std::optional<SystemSnapshot> snapshot = monitor.latest();
    if (!snapshot) return std::nullopt;
    nb::dict out;
    for (const HistoryColumn& column : history_columns(std::span(&*snapshot, 1)))
        out[column.name.c_str()] = column.values.front();
    return out;
}

std::vector<std::string> gpu_names(const SystemMonitor& monitor) {
    std::vector<std::string> names;
    for (const GpuIdentity& gpu : monitor.gpus()) names.push_back(gpu.name);
    return names;
}

} // namespace

void add_monitor(nb::module_& module) {
    // Its own thread never needs the interpreter's lock; what waits for it lets the lock go.
    nb::class_<SystemMonitor>(module, "SystemMonitor")
        .def(
            "__init__",
            [](SystemMonitor* self, double interval, std::size_t max_history, bool gpus) {
                SystemMonitorOptions options;
                options.interval = interval;
                options.max_history = max_history;
                options.gpus = gpus;
                new (self) SystemMonitor(options);
            },
            "interval"_a, "max_history"_a, "gpus"_a)
        .def("start", &SystemMonitor::start, nb::call_guard<nb::gil_scoped_release>())
        .def("stop", &SystemMonitor::stop, nb::call_guard<nb::gil_scoped_release>())
        .def_prop_ro("running", &SystemMonitor::running)
        .def_prop_ro("gpu_names", &gpu_names)
        .def_prop_ro("no_gpus", &SystemMonitor::no_gpus)
        .def("latest", &latest)
        .def("history", [](const SystemMonitor& monitor) { return arrays_of(monitor.history()); });
}

} // namespace threadx::python
