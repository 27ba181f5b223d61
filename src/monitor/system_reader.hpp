// Reads what a machine does just now: processor, memory, GPUs. One reading costs well below a millisecond on
// most machines; SystemSnapshot says what it did cost.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/stopwatch.hpp"
#include "monitor/cpu_reader.hpp"
#include "monitor/nvml.hpp"
#include "monitor/readings.hpp"

namespace threadx {

// Used by one thread at a time. Never throws for what a machine lacks: that is absent.
class SystemReader {
  public:
    // The processor alone, until GPUs are asked for. `files`: where the system tells; for tests.
    explicit SystemReader(const SystemFiles& files = {});

    // Opens NVML, which may take a tenth of a second, the first time. `library`: nvml_library() unless a test
    // has another.
    void include_gpus(const std::string& library = nvml_library());

    const std::vector<GpuIdentity>& gpus() const;
    // One sentence why there are no GPUs: "the NVIDIA driver's libnvidia-ml.so.1 is not installed". Empty
    // where there are some, or nobody asked.
    const std::string& no_gpus() const { return no_gpus_; }
    const std::string& driver_version() const; // of NVIDIA, "580.65.06"; empty: not known

    SystemSnapshot read();

  private:
    Stopwatch clock_;
    CpuReader cpu_;
    std::unique_ptr<Nvml> nvml_;
    std::string no_gpus_;
};

} // namespace threadx
