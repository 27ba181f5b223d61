#include "device/gpu/gpu_device.hpp"

#include "device/gpu/kernel_text.hpp"

namespace threadx {

DeviceProgram& GpuDevice::program(Precision precision) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<DeviceProgram>& program = programs_.at(static_cast<std::size_t>(precision));
    if (!program)
        program = accelerator_->build(
            gpu_kernel_text({properties().kind, precision == Precision::float32, columns_here_}));
    return *program;
}

} // namespace threadx
