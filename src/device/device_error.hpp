// The failures of a device that are dealt with in ways of their own.
#pragma once

#include "base/error.hpp"

namespace threadx {

// The device is well, but has no room. To be tried again with less.
class DeviceOutOfMemory : public DeviceError {
  public:
    using DeviceError::DeviceError;
};

// Nothing that was on the device can be had again, and it takes no more work.
class DeviceLost : public DeviceError {
  public:
    using DeviceError::DeviceError;
};

} // namespace threadx
