// Two parts of the program measured alone, in this process: reading CSV and storing rows.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace threadx {

struct PartMeasurement {
    std::uint64_t amount = 0;            // bytes read, rows stored
    std::vector<double> seconds_of_runs; // of each run
    double seconds = 0.0;                // median
    double rate() const { return static_cast<double>(amount) / seconds; }
};

// Bytes of a file of bars that are read, checked and hashed.
PartMeasurement measure_csv(const std::filesystem::path& bars, unsigned long long runs);

// Rows of 4 parameters and all metrics that are stored through the writer's thread, and forced to the disk.
// `folder` is made, and removed. Stops early, with what was stored so far, once `stop` is set.
PartMeasurement measure_store(const std::filesystem::path& folder, std::uint64_t rows,
                              unsigned long long runs, const std::atomic<bool>* stop);

} // namespace threadx
