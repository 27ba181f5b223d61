// What an IndicatorBank is made of.
#pragma once

#include <mutex>

#include "api/machine.hpp"
#include "threadx/indicator_bank.hpp"

namespace threadx {

class IndicatorBank::Implementation {
  public:
    explicit Implementation(const MachineOptions& options);
    explicit Implementation(Machine& machine); // of a DeviceManager, which outlives it

    // The expressions, one column each.
    ComputedColumns compute(std::span<const std::string> expressions, const Ohlcv& bars,
                            const std::string& tag, const Placement& placement);
    std::vector<double> compute_one(const std::string& expression, const Ohlcv& bars, const std::string& tag,
                                    const Placement& placement);
    Decision last_decision() const;
    void flush() { machine_.rates().flush(); }

  private:
    std::unique_ptr<Machine> own_;
    Machine& machine_;
    mutable std::mutex mutex_;
    Decision last_;
};

} // namespace threadx
