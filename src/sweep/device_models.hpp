// What is known of a device before a run of a sweep, for the dispatcher and for forecasts.
#pragma once

#include <string>

#include "device/device_properties.hpp"
#include "placement/profiles.hpp"
#include "placement/work_cost.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

// What batches of a sweep on a device are measured as.
struct SweepWork {
    const PreparedSweep& sweep;
    std::string instruction_set; // of the CPU
    std::size_t workers = 1;     // of the CPU

    WorkKey key(const DeviceProperties& device) const;
    WorkKey kept_columns_key(const DeviceProperties& cpu) const;
    double bars() const { return static_cast<double>(sweep.simulated_bars()); }
};

// Items are scenarios. Of an accelerator start_seconds is what it took to make it ready before, or a guess.
DeviceModel device_model(const DeviceProperties& device, const SweepWork& work, const Profiles& profiles);

} // namespace threadx
