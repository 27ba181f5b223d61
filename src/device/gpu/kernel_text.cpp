#include "device/gpu/kernel_text.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "device/gpu/kernel_files.hpp"
#include "indicators/catalogue.hpp"

namespace threadx {
namespace {

void append_file(std::string& text, std::string_view name) {
    const std::string_view contents = kernel_file(name);
    if (contents.empty()) throw std::logic_error("the kernel text lacks " + std::string(name));
    text += contents;
    text += '\n';
}

// The kernels of src/indicators, and how they are run: their numbers are those of column_kernels().
void append_column_kernels(std::string& text) {
    for (const char* name : {"kernels/operations.h", "kernels/double_double.h", "kernels/column_kernels.h",
                             "kernels/windows.h", "kernels/few_bars.h", "kernels/math_functions.h",
                             "kernels/periods.h", "kernels/ranks.h", "kernels/recursions.h"})
        append_file(text, name);
    std::string list, columns;
    ColumnKernel most{};
    for (const ColumnKernel& kernel : column_kernels()) {
        const std::string file = fmt::format("indicators/{}.h", kernel.name);
        std::string_view contents = kernel_file(file);
        const std::size_t description = contents.find("---*/");
        if (description == std::string_view::npos) throw std::logic_error("the kernel text lacks " + file);
        text += contents.substr(description + 5); // without what only the catalogue reads
        const std::string numbers =
            fmt::format("{}, {}, {}", kernel.series, std::max(1, kernel.scalars), kernel.outputs);
        if (kernel.scan) text += fmt::format("TX_SCAN_COLUMNS({}, {})\n", kernel.name, numbers);
        list += fmt::format(" \\\n    X({}, {}, {})", kernel.name, kernel.scan ? "scan" : "series", numbers);
        most.series = std::max(most.series, kernel.series);
        most.scalars = std::max(most.scalars, kernel.scalars);
        most.outputs = std::max(most.outputs, kernel.outputs);
    }
    text +=
        fmt::format("#define TX_COLUMN_KERNELS(X){}\n#define TX_MOST_SERIES {}\n#define TX_MOST_SCALARS {}\n"
                    "#define TX_MOST_OUTPUTS {}\n",
                    list, most.series, most.scalars, most.outputs);
}

} // namespace

std::string gpu_kernel_text(const KernelTextOptions& options) {
    std::string text = std::string("#define TX_SINGLE ") + (options.single ? "1" : "0") +
                       "\n#define TX_COLUMNS " + (options.columns ? "1" : "0") + "\n";
    append_file(text,
                options.dialect == DeviceKind::cuda ? "device/cuda/dialect.h" : "device/opencl/dialect.h");
    append_file(text, "device/gpu/dialect.h");
    if (options.columns) {
        text += "#define real double\n"; // columns are, whatever the simulation computes in
        append_column_kernels(text);
        text += "#undef real\n";
    }
    for (const char* name :
         {"kernels/simulation_rules.h", "kernels/statistics.h", "kernels/simulation_state.h",
          "kernels/simulation.h", "kernels/scenario.h", "kernels/work_items.h"})
        append_file(text, name);
    return text;
}

} // namespace threadx
