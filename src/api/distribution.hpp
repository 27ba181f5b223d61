// Work in slices, given to the threads of several devices by the dispatcher.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "placement/dispatcher.hpp"
#include "threadx/device_manager.hpp"

namespace threadx {

struct DistributionDevice {
    DeviceInfo info;
    DispatchDevice dispatch;
};

struct DistributedWork {
    std::uint64_t items = 0;
    std::vector<DistributionDevice> devices; // at least one
    DispatchOptions options;
    // Does a range of items on the device at this place. Called by several threads at once.
    std::function<void(std::size_t device, IdRange range)> work;
    // What a slice would have taken the whole device on a processor of its own. By one thread at a time.
    std::function<void(std::size_t device, IdRange range, double seconds)> observe;
};

// Returns when all is done, and what each device did. What `work` throws first ends it, and is thrown on when
// no thread is at work any more.
std::vector<DeviceUse> run_distribution(const DistributedWork& distribution);

} // namespace threadx
