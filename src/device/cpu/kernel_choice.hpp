// Which kernel objects this processor can run.
#pragma once

#include <string>
#include <vector>

#include "device/cpu/kernel_interface.hpp"

namespace threadx {

// Those that run here, best first; the last is "scalar".
std::vector<const KernelTable*> available_kernels();

// The best ones ("auto") or the named ones; InputError if this processor cannot run them or the name is
// unknown.
const KernelTable& choose_kernels(const std::string& name);

} // namespace threadx
