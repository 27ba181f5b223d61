// The machine as the tests of the public API have it: the fake CUDA devices, PoCL's where it is installed, a
// folder of profiles of their own, and no file of the user's.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/temporary_folder.hpp"
#include "threadx/threadx.hpp"

namespace threadx::test {

class TestMachine {
  public:
    TestMachine();

    MachineOptions options(const std::string& devices = "auto") const;

    // All that can be used here, the processor first.
    static const std::vector<std::string>& all_devices();
    static std::string listed(const std::vector<std::string>& devices); // with commas

    std::string profiles() const { return folder_.path().string(); }
    std::string log() const; // all lines so far
    void forget_log();

  private:
    TemporaryFolder folder_;
    mutable std::mutex mutex_;
    mutable std::string log_;
};

// Where two series differ; "" if nowhere. Every bit counts, of NaNs too.
std::string mismatch(const std::vector<double>& found, const std::vector<double>& expected);

} // namespace threadx::test
