// Runs a prepared sweep: the threads of the CPU and of accelerators take batches of scenarios, simulate them
// and hand over rows.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/batch_device.hpp"
#include "device/device_properties.hpp"
#include "placement/balance.hpp"
#include "placement/profiles.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

struct DeviceProgress {
    std::string id;
    std::uint64_t scenarios = 0;
    std::string uuid;
};

struct RunProgress {
    std::uint64_t done = 0;  // scenarios of this call, excluded ones too
    std::uint64_t total = 0; // to be done by this call
    double seconds = 0.0;
    std::vector<DeviceProgress> devices; // that have done any
};

// An accelerator to run on.
struct RunDevice {
    DeviceProperties properties;
    std::size_t workers = 1; // threads that bring work to it
    // Makes it ready, in a thread of its own: the CPU does not wait for it. DeviceError if it cannot be used
    // after all.
    std::function<std::unique_ptr<BatchDevice>()> start;
    std::size_t bars_workers = 1; // threads where each has bars of its own (bar_sets.hpp)
};

// Finds accelerators; what it finds out about others it notes.
using FindDevices = std::function<std::vector<RunDevice>(const std::function<void(std::string)>& note)>;

struct RunOptions {
    bool cpu = true; // otherwise the CPU does only what no accelerator could
    std::size_t workers = 1;
    std::uint64_t batch_size = 0; // scenarios; 0 = chosen from the work
    std::string instruction_set = "auto";
    // In a thread of its own; may be empty: none.
    FindDevices find_devices;
    bool find_first = false; // before the first batch instead, as with shares: for what is known already
    // Of the scenarios, by id or UUID: what each device computes, whatever its speed. Empty: placed by what
    // is known of the devices and what is measured in the run.
    std::vector<BalanceShare> shares;
    Profiles profiles; // of earlier runs
    // Called by the calling thread every few seconds, and at the end, with the batches since the last call.
    std::function<void(std::vector<Observation>)> on_measured;
    // A device had less memory than it was thought to have. Any thread.
    std::function<void(const WorkKey&, const MemoryCap&)> on_memory_cap;
    const std::atomic<bool>* stop = nullptr; // set from outside: finish the batches under way, then return
    std::function<void(const RunProgress&)> on_progress; // called by the calling thread, ten times a second
};

// What one device has done.
struct DeviceWork {
    std::string id;
    std::string name;
    std::uint64_t scenarios = 0;
    double column_seconds =
        0.0; // summed over its threads; of an accelerator, over its queues by its own clock
    double simulation_seconds = 0.0;
    Transfers transfers; // of an accelerator
    std::size_t queues = 0;
    std::string kernel; // BatchDevice::kernel()
    bool started = false;
};

struct RunResult {
    bool interrupted = false;
    std::uint64_t scenarios = 0; // rows made
    std::uint64_t invalid = 0;
    std::uint64_t kept_columns = 0; // computed
    double seconds = 0.0;
    // Summed over threads:
    double draw_seconds = 0.0; // of scenarios from the space
    double column_seconds = 0.0;
    double simulation_seconds = 0.0;
    double row_seconds = 0.0; // statistics to metrics
    std::string instruction_set;
    std::size_t workers = 1;         // threads of the CPU
    std::uint64_t batch_size = 0;    // of the CPU
    std::vector<DeviceWork> devices; // the CPU first
    std::vector<std::string> notes;  // fallbacks and their reasons
};

// Computes the scenarios of `pending`. `deliver` takes the rows; any thread calls it, several at once. An
// accelerator that fails leaves its batch, and all that follow, to the others. The first other exception of a
// thread ends the run and is thrown on.
RunResult run_sweep(const PreparedSweep& sweep, const std::vector<IdRange>& pending,
                    const RunOptions& options, const std::function<void(RowBlock)>& deliver);

} // namespace threadx
