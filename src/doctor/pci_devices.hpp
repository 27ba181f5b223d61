// What is plugged into this machine, whatever driver there is for it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace threadx {

// The addresses of NVIDIA's GPUs ("0000:01:00.0"), sorted; none where the system does not tell. `bus`: where
// Linux lists PCI devices.
std::vector<std::string> nvidia_gpus(const std::filesystem::path& bus = "/sys/bus/pci/devices");

} // namespace threadx
