// The devices that a manager gives work to, and their shares.
#pragma once

#include <vector>

#include "api/machine.hpp"
#include "threadx/device_manager.hpp"

namespace threadx {

struct ManagedDevice {
    DeviceProperties properties;
    DeviceInfo info;
    std::size_t workers = 1;        // threads that take slices for it
    double processor_threads = 0.0; // that it keeps busy
};

// The processor with its workers: its key in the profiles names them.
ManagedDevice managed_processor(Machine& machine);

// All that the machine's choice means and that prove themselves; a device that does not is left out, with a
// line in `notes`. DeviceError if none is left.
std::vector<ManagedDevice> open_managed_devices(Machine& machine, std::vector<std::string>& notes);

// By device: its share. InputError if a share is not a number from 0 on, they do not sum to 1, or one is of a
// device that is not among them, or of one twice.
std::vector<double> shares_of(const Balance& balance, const std::vector<ManagedDevice>& devices);

} // namespace threadx
