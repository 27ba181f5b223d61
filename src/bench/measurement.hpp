// Measures a workload: runs the real program on it, start-up and stored rows included, and looks at what it
// did.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench_devices.hpp"
#include "bench/instruction_counter.hpp"
#include "bench/workload.hpp"

namespace threadx {

// Where and how to measure.
struct BenchSetup {
    std::filesystem::path folder;      // for what is written; the runs in it are removed one by one
    std::filesystem::path real_data;   // BTC minutes; empty: synthetic
    std::uint64_t scenarios = 0;       // only so many of each workload; 0 = all
    std::uint64_t bars = 0;            // so many synthetic ones instead of the workload's; 0 = as it says
    std::vector<std::string> settings; // arguments that every run of the program gets
    const std::atomic<bool>* stop = nullptr;
};

// One way to run a workload: on the CPU; on one accelerator, which has no instruction set and no workers; or
// as the program chooses, which is what users get.
struct Variant {
    std::string precision;
    std::string instruction_set;
    std::size_t workers = 1;
    BenchDevice device = {"cpu", "", ""};

    bool on_cpu() const { return device.id == "cpu"; }
    bool automatic() const { return device.id == "auto"; }
};

// Seconds of one run. The middle ones are summed over threads, so that with several they may exceed the
// whole.
struct PhaseSeconds {
    double read = 0.0; // the CSV file
    double plan = 0.0;
    double draw = 0.0;
    double columns = 0.0;
    double simulation = 0.0;
    double rows = 0.0;  // metrics
    double store = 0.0; // by the thread that writes
    // The sweep alone: devices made ready; after reading and planning, before the last rows are on the disk.
    double run = 0.0;
    double whole = 0.0; // the program from its start to its end
};

// What an accelerator says of its part of a run. Seconds are by its own clock.
struct DeviceFigures {
    std::string kernel; // what compiled it, registers
    std::size_t queues = 0;
    // With several queues what one waits for the other counts as its own: of a run with one queue.
    double kernel_seconds = 0.0;
    double up_bytes = 0.0; // a scenario; columns that the host computes are not among it
    double down_bytes = 0.0;
    double down_seconds = 0.0;
};

struct Measurement {
    std::string workload;
    std::string data; // what it ran on, for people
    bool synthetic = true;
    std::uint64_t scenarios = 0;
    std::uint64_t bars = 0;
    Variant variant; // the instruction set is the one that was used
    std::vector<double> seconds_of_runs;
    PhaseSeconds seconds;         // of the median run by `whole`
    double cpu_seconds = 0.0;     // of that run; steadier than the clock where others use the machine
    std::uint64_t peak_bytes = 0; // of that run
    InstructionCount counted;     // of that run
    std::string hash;             // of the rows of the first run
    DeviceFigures device;         // of an accelerator
    // Scenarios by device, of what the program chose.
    std::vector<std::pair<std::string, std::uint64_t>> shares;
    std::string unusable; // why there are no figures; empty if there are

    double bar_scenarios() const { return static_cast<double>(scenarios) * static_cast<double>(bars); }
    double rate() const { return bar_scenarios() / seconds.whole; }
    // Of the simulation alone, by the time of the threads that ran it.
    double core_simulation_rate() const { return bar_scenarios() / seconds.simulation; }
    // Of the simulation alone, on all workers or on the accelerator.
    double kernel_rate() const {
        return variant.on_cpu() ? core_simulation_rate() * static_cast<double>(variant.workers)
                                : bar_scenarios() / device.kernel_seconds;
    }
    double run_rate() const { return bar_scenarios() / seconds.run; } // of the sweep without start and end
    // The whole program's time ÷ what it would be if there were nothing but the simulation.
    double whole_over_simulation() const {
        return seconds.whole * static_cast<double>(variant.workers) / seconds.simulation;
    }
};

class WorkloadRunner {
  public:
    // Writes the sweep's file and, where there are no real data, bars. Nothing if interrupted.
    static std::optional<WorkloadRunner> prepare(const Workload& workload, const BenchSetup& setup);

    const std::string& data_name() const { return data_name_; } // for people
    const std::filesystem::path& data() const { return data_; }

    // Of each variant the median of `runs` × the workload's repeats; of a device that cannot be used, why.
    // The variants take turns, so that a machine that becomes slower does so for all. Nothing if interrupted.
    std::optional<std::vector<Measurement>> measure(std::span<const Variant> variants,
                                                    unsigned long long runs) const;

  private:
    WorkloadRunner(const Workload& workload, const BenchSetup& setup)
        : workload_(&workload), setup_(&setup) {}
    std::vector<std::string> arguments(const Variant& variant, bool one_queue) const;
    Measurement blank(const Variant& variant) const;
    bool run_once(const Variant& variant, bool one_queue, Measurement& out) const; // false if interrupted
    // The runs of one variant so far.
    struct Series {
        std::vector<Measurement> runs;
        std::string hash; // of the first
        bool unusable() const { return !runs.empty() && !runs.back().unusable.empty(); }
    };
    bool add_run(const Variant& variant, bool one_queue, Series& series) const; // false if interrupted
    Measurement median(const Variant& variant, Series series) const;
    bool measure_one_queue(Measurement& measured) const; // false if interrupted
    std::optional<std::string> hash() const;             // of the run that is there

    const Workload* workload_;
    const BenchSetup* setup_;
    std::filesystem::path sweep_;
    std::filesystem::path data_;
    std::string data_name_;
    bool synthetic_ = false;
};

} // namespace threadx
