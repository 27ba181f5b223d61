#include "device/cpu/host_processor.hpp"

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/sha256.hpp"
#include "base/system_memory.hpp"
#include "device/cpu/kernel_choice.hpp"

namespace threadx {
namespace {

// The first "model name : ..." of /proc/cpuinfo; ARM's kernels write none.
std::string model_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
    }
    return "processor";
}

} // namespace

DeviceProperties host_processor() {
    DeviceProperties p;
    p.id = "cpu";
    p.kind = DeviceKind::cpu;
    p.name = model_name();
    p.compute_units = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    p.uuid = "cpu-" + sha256_hex(p.name + '\n' + std::to_string(p.compute_units)).substr(0, 16);
    p.memory_bytes = system_memory().total_bytes;
    p.is_cpu = true;
    p.float64 = true;
    p.float64_rate = 0.5;
    p.driver = std::string("instruction set ") + available_kernels().front()->name;
    return p;
}

} // namespace threadx
