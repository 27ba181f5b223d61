// Writes a C++ source with the kernel text of CUDA and a table of its kernels, for the fake driver.
//
//     write_kernels float64|float32|float32_alone OUTPUT      alone: without a kernel that computes columns
#include <fstream>
#include <iostream>
#include <regex>
#include <string>
#include <vector>

#include "base/sha256.hpp"
#include "device/gpu/kernel_text.hpp"

int main(int count, char** arguments) {
    if (count != 3) {
        std::cerr << "usage: write_kernels float64|float32|float32_alone OUTPUT\n";
        return 2;
    }
    const std::string precision = arguments[1];
    const bool columns = precision != "float32_alone";
    const std::string text =
        threadx::gpu_kernel_text({threadx::DeviceKind::cuda, precision != "float64", columns});
    std::vector<std::string> kernels;
    const std::regex declaration("TX_KERNEL void (\\w+)\\(");
    for (std::sregex_iterator match(text.begin(), text.end(), declaration), end; match != end; ++match)
        if (columns || !match->str(1).starts_with("compute_")) kernels.push_back(match->str(1));

    std::ofstream out(arguments[2]);
    out << "#include \"device/fake_cuda/dialect.hpp\"\n#include \"device/fake_cuda/kernels.hpp\"\n";
    // Both precisions are in one library, where C's names can be there only once.
    for (const std::string& kernel : kernels)
        out << "#define " << kernel << " " << kernel << "_" << precision << "\n";
    out << text;
    for (const std::string& kernel : kernels) out << "#undef " << kernel << "\n";
    out << "fake_cuda::Program fake_cuda::program_" << precision << "() {\n    return {R\"text(" << text
        << ")text\",\n            \"" << threadx::sha256_hex(text) << "\",\n            {";
    for (const std::string& kernel : kernels)
        out << "make_kernel<" << kernel << "_" << precision << ">(\"" << kernel << "\"),\n             ";
    out << "}};\n}\n";
    return out.good() ? 0 : 1;
}
