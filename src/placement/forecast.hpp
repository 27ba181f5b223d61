// When a piece of work would be finished, by which devices, and which of them are best left alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "placement/work_cost.hpp"

namespace threadx {

struct Forecast {
    std::vector<std::size_t> devices; // those that take part, by index, ascending
    std::vector<double> shares;       // of the items, by index; they sum to 1
    double seconds = 0.0;             // until the last item is done
};

// Where threads that compute on the processor are more than its `cores`, each gets its part: how many times
// longer everything takes that runs on it.
double processor_slowdown(std::span<const DeviceModel> devices, std::span<const std::size_t> used,
                          double cores);

// All of `used` together: the smallest T with Σ max(0, (T − a)/b) ≥ items.
Forecast forecast_of(std::span<const DeviceModel> devices, std::span<const std::size_t> used, double items,
                     double cores);

// The set with the smallest predicted finish, what its devices' last batches cost included; of sets that
// differ by less than a hundredth the one with the fewest devices. Devices whose cost is not known are in
// every set and count for nothing: they are to be tried. `devices` may be many: beyond ten, sets are found
// greedily.
Forecast best_forecast(std::span<const DeviceModel> devices, double items, double cores);

// Why each device that the forecast leaves out is left out: "cuda:0 left idle: 0.3 ms of work, 1.1 ms to
// start".
std::vector<std::string> idle_reasons(std::span<const DeviceModel> devices, const Forecast& forecast,
                                      double items, double cores);

// The least number of items for which `accelerator`, alone or together with the first, finishes sooner than
// `cpu` alone; infinite if there is none.
double crossover(const DeviceModel& cpu, const DeviceModel& accelerator, double cores);

} // namespace threadx
