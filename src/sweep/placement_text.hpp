// Says what devices a run would be placed on, and why.
#pragma once

#include <string>

#include "sweep/run_devices.hpp"

namespace threadx {

// Predictions for each set of devices that matters, the choice, the reasons for those left idle, and from how
// much work on an accelerator pays. For people.
std::string explain_placement(const RunDevices& devices, const PreparedSweep& sweep, std::uint64_t scenarios);

} // namespace threadx
