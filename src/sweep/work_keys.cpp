#include "sweep/work_keys.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "device/cpu/host_processor.hpp"
#include "device/gpu/kernel_text.hpp"

namespace threadx {
namespace {

// Enough to tell versions of the text apart.
constexpr std::size_t hash_digits = 12;

constexpr const char* gpu_start = "start";
constexpr const char* processor_start = "start on the processor";
constexpr const char* look = "look";

// The other precision and the host's columns are the same text with other definitions.
std::string hash_text_of(DeviceKind dialect) {
    return sha256_hex(gpu_kernel_text({.dialect = dialect})).substr(0, hash_digits);
}

} // namespace

std::string_view precision_name(Precision precision) {
    return precision == Precision::float32 ? "float32" : "float64";
}

const std::string& kernel_text_hash(DeviceKind kind) {
    static const std::string cuda = hash_text_of(DeviceKind::cuda);
    static const std::string opencl = hash_text_of(DeviceKind::opencl);
    return kind == DeviceKind::cuda ? cuda : opencl;
}

std::string cpu_driver(const std::string& instruction_set, std::size_t workers) {
    return fmt::format("{} x{}", instruction_set, workers);
}

WorkKey simulation_key(const DeviceProperties& device, std::string_view strategy_name, Precision precision,
                       const std::string& instruction_set, std::size_t workers) {
    const bool is_host = device.kind == DeviceKind::cpu;
    return {.uuid = device.uuid,
            .driver = is_host ? cpu_driver(instruction_set, workers) : device.driver,
            .kernels = kernel_text_hash(device.kind),
            .tag = fmt::format("sim/{}", strategy_name),
            .precision = std::string(precision_name(precision))};
}

WorkKey columns_key(const DeviceProperties& cpu, std::string_view strategy_name,
                    const std::string& instruction_set, std::size_t workers) {
    return {.uuid = cpu.uuid,
            .driver = cpu_driver(instruction_set, workers),
            .kernels = kernel_text_hash(cpu.kind),
            .tag = fmt::format("columns/{}", strategy_name),
            .precision = {}};
}

WorkKey start_key(const DeviceProperties& device) {
    return {.uuid = device.uuid,
            .driver = device.driver,
            .kernels = kernel_text_hash(device.kind),
            .tag = device.is_cpu ? processor_start : gpu_start,
            .precision = {}};
}

bool is_start_of_gpu(const WorkKey& key) { return key.tag == gpu_start; }

bool is_preparation(const WorkKey& key) {
    return key.tag == gpu_start || key.tag == processor_start || key.tag == look;
}

WorkKey look_key() {
    return {.uuid = host_processor().uuid, .driver = {}, .kernels = {}, .tag = look, .precision = {}};
}

} // namespace threadx
