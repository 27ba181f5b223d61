// The files of the kernel text, embedded at build time (cmake/EmbedKernelText.cmake).
#pragma once

#include <string_view>

namespace threadx {

// Its text, by its path in src/; empty if it is not embedded.
std::string_view kernel_file(std::string_view name);

} // namespace threadx
