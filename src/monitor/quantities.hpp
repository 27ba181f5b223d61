// The quantities that are measured, each in one place: its name in columns and JSON, in CSV files as
// nvidia-smi has it, and for Prometheus. Whatever lists quantities is made from these tables.
#pragma once

#include <optional>
#include <span>

#include "monitor/readings.hpp"

namespace threadx {

template <class Reading>
struct Quantity {
    const char* name = nullptr;   // with its unit: "utilization_percent"
    const char* column = nullptr; // as above nvidia-smi's columns: "utilization.gpu [%]"
    double column_unit = 1.0;     // of it in ours: 2^20 where the column is in MiB
    const char* metric = nullptr; // "threadx_gpu_utilization_ratio"
    double metric_unit = 1.0;     // of it in ours: 100 where the metric is a ratio
    const char* help = nullptr;   // what it is, in a few words
    std::optional<double> (*value)(const Reading& reading) = nullptr;
    bool grows = false; // a counter, that is never less than before
};

std::span<const Quantity<GpuReading>> gpu_quantities();
std::span<const Quantity<CpuReading>> cpu_quantities();

} // namespace threadx
