// Accelerators that compute on the processor and fail when they are told to, for tests of the runner.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sweep/prepared_sweep.hpp"
#include "sweep/runner.hpp"

namespace threadx::test {

// What a device is like, and what has become of it.
struct MadeUpDevice {
    std::string id = "made:0";
    std::size_t workers = 1;
    std::size_t at_once = 16;
    std::string start_error;  // DeviceError of its start, if not empty
    std::string worker_error; // of making a worker
    int room = 0;             // for so many workers with bars of their own; 0: for any number
    double kept_column_seconds =
        0.0;                // that its first batch takes longer, as it says for columns that it keeps
    long long fails_at = 0; // the number of the batch, from 1, from which on all fail; 0: never
    // Called before a batch of so many scenarios is computed, with the batch's number. May throw.
    std::function<void(long long number, std::size_t scenarios)> before;

    std::atomic<int> started{0};
    std::atomic<long long> batches{0};
    std::atomic<int> bars_workers{0}; // asked for
    std::atomic<int> at_work{0};      // batches being computed
    std::atomic<int> alive{0};        // devices and workers that were not destroyed yet
};

// What a finder gives for `device`, which outlives it, as does the sweep.
RunDevice run_device_of(MadeUpDevice& device, const PreparedSweep& sweep);

// Finds all of them.
FindDevices finder_of(std::vector<MadeUpDevice*> devices, const PreparedSweep& sweep);

} // namespace threadx::test
