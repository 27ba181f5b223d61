// The processor's load and the memory, of what this program may use: all of the machine, or what a container
// (a control group, version 1 or 2) leaves of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "monitor/control_group.hpp"
#include "monitor/readings.hpp"

namespace threadx {

// Where Linux tells; tests have folders of their own.
struct SystemFiles {
    std::filesystem::path proc = "/proc";
    std::filesystem::path sys = "/sys";
};

class CpuReader {
  public:
    explicit CpuReader(const SystemFiles& files);

    // `elapsed`: seconds since any fixed time. The load is that since the reading before, or where that was
    // just now, which ticks of a hundredth of a second cannot tell, the one that was told then.
    CpuReading read(double elapsed);

  private:
    std::optional<double> load(double elapsed);

    SystemFiles files_;
    ControlGroup group_;
    std::filesystem::path temperature_;  // empty: none
    double before_ = 0.0;                // when the following were read
    std::optional<double> busy_before_;  // seconds of processors
    std::optional<double> total_before_; // seconds of processors that there were, busy or not
    std::optional<double> load_before_;
};

} // namespace threadx
