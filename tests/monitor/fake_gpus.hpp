// The fake NVML (fake_nvml/), scripted for one test.
#pragma once

#include <cstdlib>
#include <string>

namespace threadx::test {

// The driver of today, one that is "old" or "new": see fake_nvml.cpp.
inline std::string fake_nvml(const std::string& age = "today") {
    return std::string(FAKE_NVML_FOLDER) + "/" + age + "/libnvidia-ml.so.1";
}

class FakeGpus {
  public:
    explicit FakeGpus(const std::string& script) { setenv("FAKE_NVML", script.c_str(), 1); }
    ~FakeGpus() { unsetenv("FAKE_NVML"); }
    FakeGpus(const FakeGpus&) = delete;
    FakeGpus& operator=(const FakeGpus&) = delete;
};

} // namespace threadx::test
