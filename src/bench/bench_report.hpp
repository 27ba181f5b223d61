// What `threadx bench` found, as tables and as JSON.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/measurement.hpp"
#include "bench/parts.hpp"
#include "placement/regret_table.hpp"

namespace threadx {

struct BenchResults {
    std::vector<Measurement> measurements;
    std::optional<PartMeasurement> csv;
    std::string csv_data; // what was read
    std::optional<PartMeasurement> store;
    std::vector<RegretRow> dispatcher; // simulated; empty: not asked for
};

// How much faster a workload is with more workers than with one, everything else being equal.
struct Scaling {
    const Measurement* one = nullptr;
    const Measurement* more = nullptr;
    double ratio() const { return more->rate() / one->rate(); }
};
std::vector<Scaling> scaling_of(std::span<const Measurement> measurements);

// A table of one workload's measurements.
std::string workload_table(const Workload& workload, std::span<const Measurement> measurements);

std::string csv_line(const PartMeasurement& csv, const std::string& data);
std::string store_line(const PartMeasurement& store);

std::string bench_json(const BenchResults& results);

} // namespace threadx
