// What the fake NVML is to be like: the environment variable FAKE_NVML, or the file that it names after an
// "@", which is read again before each reading.
//
//   FAKE_NVML="devices=2;name=RTX 5080,RTX 2060;temperature=50:60:95,-;lost=-,3"
//
// A value may be a list, one for each device; the last one holds for those that follow. "-" means none: the
// card does not support it. A number that changes is written 50:60:95, one for each reading; the last one
// stays.
//
//   init                what nvmlInit gives back, 9: driver not loaded
//   init_milliseconds   how long it takes
//   driver              the version's text
//   devices             how many
//   name, uuid          texts; the UUIDs of the first two are those of the fake CUDA driver's devices
//   utilization, memory_utilization      percent
//   memory_used, memory_reserved, memory_total   MiB
//   temperature, slowdown                degrees Celsius
//   power, power_limit                   mW
//   energy              mJ; or "power": that of the device's power since nvmlInit
//   sm_clock, memory_clock               MHz
//   throttle            NVML's bits
//   lost                3: the device is lost from the third reading on; 0: from the start
//   error               power:999: that key's function gives back that error
//
// A reading of a device begins with nvmlDeviceGetUtilizationRates.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fake_nvml {

class Script {
  public:
    // Ends the program with a message about a word that is none of the above.
    static Script parse(const std::string& text);

    int number(const std::string& key, int otherwise) const;
    std::string text(const std::string& key, std::size_t device, const std::string& otherwise) const;
    // Of the device's `reading`, counted from 1; nothing where the script says "-".
    std::optional<unsigned long long> value(const std::string& key, std::size_t device, std::size_t reading,
                                            unsigned long long otherwise) const;

  private:
    std::map<std::string, std::vector<std::string>> values_; // by device
};

// What FAKE_NVML says now.
Script current_script();

} // namespace fake_nvml
