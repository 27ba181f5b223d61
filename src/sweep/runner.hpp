// Runs a prepared sweep: threads take batches of scenarios, simulate them and hand over rows.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sweep/prepared_sweep.hpp"

namespace threadx {

struct RunProgress {
    std::uint64_t done = 0;  // scenarios of this call, excluded ones too
    std::uint64_t total = 0; // to be done by this call
    double seconds = 0.0;
};

struct RunOptions {
    std::size_t workers = 1;
    std::uint64_t batch_size = 0; // scenarios; 0 = chosen from the work
    std::string instruction_set = "auto";
    const std::atomic<bool>* stop = nullptr; // set from outside: finish the batches under way, then return
    std::function<void(const RunProgress&)> on_progress; // called by the calling thread, ten times a second
};

struct RunResult {
    bool interrupted = false;
    std::uint64_t scenarios = 0; // rows made
    std::uint64_t invalid = 0;
    std::uint64_t kept_columns = 0; // computed
    double seconds = 0.0;
    double column_seconds = 0.0;     // summed over threads
    double simulation_seconds = 0.0; // summed over threads
    std::string instruction_set;
    std::uint64_t batch_size = 0;
};

// Computes the scenarios of `pending`. `deliver` takes each batch's rows; any thread calls it, several at
// once. The first exception of a thread ends the run and is thrown on.
RunResult run_sweep(const PreparedSweep& sweep, const std::vector<IdRange>& pending,
                    const RunOptions& options, const std::function<void(RowBlock)>& deliver);

} // namespace threadx
