// Samples as text that other programs read: CSV with nvidia-smi's names, and Prometheus' exposition format.
#pragma once

#include <span>
#include <string>

#include "monitor/readings.hpp"

namespace threadx {

// "timestamp,index,name,uuid,utilization.gpu [%],...": a line with its end.
std::string sample_csv_header();

// A line for each GPU, or one without a GPU where there is none; what is absent is empty. The columns of the
// processor are the same in all lines of a sample. Times are UTC, "2026-01-31T12:34:56.500Z".
std::string sample_csv(const SystemSnapshot& snapshot, std::span<const GpuIdentity> gpus);

// Metrics in base units (watts, bytes, ratios), each with HELP and TYPE; what is absent has no line.
std::string prometheus_text(const SystemSnapshot& snapshot, std::span<const GpuIdentity> gpus);

std::string utc_text(double seconds_since_1970); // with milliseconds

} // namespace threadx
