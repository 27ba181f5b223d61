// One scenario in full: the kernel text, one bar after the other, with every trade and the equity curve
// written down.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "device/cpu/kernel_interface.hpp"
#include "device/statistics.hpp"

namespace threadx {

struct Trade {
    bool is_long = true;
    double units = 0.0;
    std::int64_t entry_bar = 0;
    std::int64_t exit_bar = 0;
    double entry_price = 0.0;
    double exit_price = 0.0;
    double pnl = 0.0;        // net of both fees
    double fees = 0.0;       // of both sides
    std::string_view reason; // signal, hold, stop, target, ruin, end
};

struct Recording {
    Statistics statistics;
    std::vector<Trade> trades;  // in order of exit
    std::vector<double> equity; // at each close
};

// Runs lane 0 of the job.
Recording record_simulation(const PackJob<double>& job);

} // namespace threadx
