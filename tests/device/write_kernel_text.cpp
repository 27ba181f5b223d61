// Writes the kernel text of a device to standard output, as its driver would be given it.
//
//     write_kernel_text cuda|opencl float64|float32 columns|alone      alone: without the kernels of columns
#include <iostream>
#include <string>

#include "device/gpu/kernel_text.hpp"

int main(int count, char** arguments) {
    if (count != 4) {
        std::cerr << "usage: write_kernel_text cuda|opencl float64|float32 columns|alone\n";
        return 2;
    }
    const std::string dialect = arguments[1], precision = arguments[2], columns = arguments[3];
    std::cout << threadx::gpu_kernel_text(
        {dialect == "cuda" ? threadx::DeviceKind::cuda : threadx::DeviceKind::opencl, precision == "float32",
         columns == "columns"});
    return std::cout.flush().good() ? 0 : 1;
}
