#include "device/gpu/kernel_text.hpp"

#include <stdexcept>
#include <string_view>

#include "device/gpu/kernel_files.hpp"

namespace threadx {
namespace {

void append_file(std::string& text, std::string_view name) {
    const std::string_view contents = kernel_file(name);
    if (contents.empty()) throw std::logic_error("the kernel text lacks " + std::string(name));
    text += contents;
    text += '\n';
}

} // namespace

std::string gpu_kernel_text(const KernelTextOptions& options) {
    std::string text = std::string("#define TX_SINGLE ") + (options.single ? "1" : "0") +
                       "\n#define TX_COLUMNS " + (options.columns ? "1" : "0") + "\n";
    append_file(text,
                options.dialect == DeviceKind::cuda ? "device/cuda/dialect.h" : "device/opencl/dialect.h");
    append_file(text, "device/gpu/dialect.h");
    if (options.columns) {
        append_file(text, "kernels/operations.h");
        append_file(text, "kernels/windows.h");
    }
    for (const char* name :
         {"kernels/simulation_rules.h", "kernels/statistics.h", "kernels/simulation_state.h",
          "kernels/simulation.h", "kernels/scenario.h", "kernels/work_items.h"})
        append_file(text, name);
    return text;
}

} // namespace threadx
