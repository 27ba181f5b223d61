#include "device/cuda/embedded_ptx.hpp"

// Of builds on machines without NVRTC.
namespace threadx {

std::span<const EmbeddedPtx> embedded_ptx() { return {}; }

} // namespace threadx
