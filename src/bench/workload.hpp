// The fixed sweeps that `threadx bench` measures, known by name: a figure means something only beside the
// same work.
#pragma once

#include <span>
#include <string>

namespace threadx {

struct Workload {
    std::string name;
    std::string title; // what is swept, for people
    std::string sweep; // the sweep's file, without [data]
    unsigned long long scenarios;
    unsigned long long bars; // of the synthetic data
    unsigned long long windows =
        0;                  // of a walk-forward, each trained on as many bars as they are parts; 0: a sweep
    bool real_data = false; // runs on the user's BTC minutes where they are given
    unsigned long long
        repeats; // runs for each one that is asked for: short ones need many for a steady median
    bool by_default = true;
    std::string workers = "1,all"; // of the CPU, where no others are asked for
    std::string cost;              // of a run with one worker, for people
};

std::span<const Workload> workloads();

} // namespace threadx
