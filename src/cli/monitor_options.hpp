// The options of `threadx monitor`, for main.cpp alone.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

namespace threadx {

inline void add_monitor_options(CLI::App& c, MonitorOptions& o) {
    CLI::Option* once = c.add_flag("--once", o.once, "one reading, as a table");
    c.add_flag("--json", o.json, "as JSON: one object a line for each sample, or with --once one object");
    CLI::Option* csv =
        c.add_option("--csv", o.csv,
                     "write the samples to this file ('-': standard output), a line a GPU, with "
                     "the column names of nvidia-smi --query-gpu");
    CLI::Option* prometheus = c.add_option("--prometheus", o.prometheus,
                                           "serve the samples at this port for Prometheus (0: any free one)");
    c.add_option("--address", o.address,
                 "where --prometheus listens; 0.0.0.0: wherever others reach this machine")
        ->needs(prometheus)
        ->capture_default_str();
    CLI::Option* duration =
        c.add_option("--duration", o.duration, "seconds, then end (default: until q or Ctrl-C)");
    c.add_option("--interval", o.interval, "seconds between samples, 0.1 or more")->capture_default_str();
    c.add_option("--history", o.history, "samples that are kept for graphs and summary")
        ->capture_default_str();
    once->excludes(csv)->excludes(prometheus)->excludes(duration);
    csv->excludes(prometheus);
    c.footer(
        "On a terminal: a live view with graphs, q quits. Elsewhere a line for each sample. Both end with a "
        "summary.\nNVIDIA's cards are read through NVML (libnvidia-ml.so.1 of the driver); the environment "
        "variable "
        "THREADX_NVML names another file.\nNO_COLOR=1: no colours. What a card does not tell is absent: "
        "empty "
        "in CSV, null in JSON.");
}

} // namespace threadx
