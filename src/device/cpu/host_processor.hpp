// This machine's processor, as a device.
#pragma once

#include "device/device_properties.hpp"

namespace threadx {

// Its id is "cpu"; compute_units are the threads that this process may use, `driver` is the instruction set.
DeviceProperties host_processor();

} // namespace threadx
