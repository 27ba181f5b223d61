// The parts of the module, each of which adds its functions and classes.
#pragma once

#include <nanobind/nanobind.h>

namespace threadx::python {

void add_bars(nanobind::module_& module);
void add_columns(nanobind::module_& module);
void add_devices(nanobind::module_& module);
void add_monitor(nanobind::module_& module);
void add_run(nanobind::module_& module);
void add_settings(nanobind::module_& module);
void add_strategies(nanobind::module_& module);

} // namespace threadx::python
