// Columns of the rule language over any bars, on the device that is soonest done with them.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "api/column_decision.hpp"
#include "api/device_pool.hpp"
#include "threadx/placement.hpp"

namespace threadx {

struct ColumnRequest {
    const Graph& graph;
    std::span<const NodeId> nodes;
    const BarSeries& series; // those that the nodes read have `bars` values
    std::size_t bars = 0;
    std::string tag; // "indicator/sma": the kind of work
};

struct ComputedColumns {
    std::vector<std::vector<double>> values; // by node; truths are 1 and 0; there is one NaN
    Decision decision;
};

// Any thread.
class ColumnBank {
  public:
    ColumnBank(const Settings& settings, DevicePool& devices, MeasuredRates& rates, LogLine log);

    // InputError if there are too many bars, a series is missing or the placement means no device;
    // DeviceError if the device that was named fails.
    ComputedColumns compute(const ColumnRequest& request, const Placement& placement);

  private:
    struct Work;
    ComputedColumns compute_dynamic(const Work& work);
    std::vector<ColumnCandidate> candidates(const Work& work, const std::vector<DeviceProperties>& devices);
    static WorkKey key(const DeviceProperties& device, const Work& work);
    std::vector<std::vector<double>> compute_on(const Work& work, const DeviceProperties& device,
                                                double& seconds);
    void observe(const Work& work, const DeviceProperties& device, double seconds);
    double seconds_before() const;

    const KernelTable& kernels_;
    DevicePool& devices_;
    MeasuredRates& rates_;
    LogLine log_;
    mutable std::mutex mutex_;
    double dynamic_cpu_seconds_ = 0.0; // in which a GPU might have been at work
};

} // namespace threadx
