// What measurements of a sweep's devices are kept under: the same for all who make and all who use them.
#pragma once

#include <string>
#include <string_view>

#include "device/device_properties.hpp"
#include "device/scenario_batch.hpp"
#include "placement/profiles.hpp"

namespace threadx {

// Simulating scenarios of a strategy, rows included, and columns but those that are kept; an item is a bar of
// a scenario. Of the CPU alone: `instruction_set` and `workers`, which its speed depends on.
WorkKey simulation_key(const DeviceProperties& device, std::string_view strategy_name, Precision precision,
                       const std::string& instruction_set, std::size_t workers);

// Computing the columns that the CPU keeps for a whole run, by all its workers; items as kept_column_work()
// counts them. In either precision they are the same.
WorkKey columns_key(const DeviceProperties& cpu, std::string_view strategy_name,
                    const std::string& instruction_set, std::size_t workers);

// From nothing to the first batch of a sweep: opening the driver and the device, having it prove itself,
// loading kernels; one item.
WorkKey start_key(const DeviceProperties& device);
bool is_start_of_gpu(const WorkKey& key); // of one that does not compute on this machine's processor

// Opening all drivers and asking them for their devices; one item.
WorkKey look_key();

bool is_preparation(const WorkKey& key); // a start, or a look

// "avx512 x2": the CPU's driver in keys.
std::string cpu_driver(const std::string& instruction_set, std::size_t workers);

// The first digits of the SHA-256 of the kernel text that a kind of device compiles. The CPU's kernels are
// made of the same files.
const std::string& kernel_text_hash(DeviceKind kind);

std::string_view precision_name(Precision precision); // "float64", "float32"

} // namespace threadx
