// A run in which each device computes its share, and nothing else.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/started_devices.hpp"
#include "placement/balance.hpp"

namespace threadx {

// The ids of each share, contiguous, in their order: the CPU's first, as runs have them.
std::vector<IdRange> parts_of(IdRange range, const std::vector<BalanceShare>& shares);

// Runs `range` with shares of all `devices`, which are in the order of the shares. `options` says how the CPU
// works, where it is among them.
RunResult run_with_shares(const PreparedSweep& sweep, IdRange range, const std::vector<BalanceShare>& shares,
                          const std::vector<DeviceProperties>& devices, StartedDevices& started,
                          RunOptions options, const std::function<void(RowBlock)>& deliver);

} // namespace threadx
