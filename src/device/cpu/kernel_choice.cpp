#include "device/cpu/kernel_choice.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"

namespace threadx {

const KernelTable& kernels_scalar();
#if defined(__x86_64__)
const KernelTable& kernels_sse2();
const KernelTable& kernels_avx2();
const KernelTable& kernels_avx512();
#endif

std::vector<const KernelTable*> available_kernels() {
    std::vector<const KernelTable*> tables;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        tables.push_back(&kernels_avx512());
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) tables.push_back(&kernels_avx2());
    tables.push_back(&kernels_sse2());
#endif
    tables.push_back(&kernels_scalar());
    return tables;
}

const KernelTable& choose_kernels(const std::string& name) {
    const std::vector<const KernelTable*> tables = available_kernels();
    if (name == "auto") return *tables.front();
    std::vector<std::string> names = {"auto"};
    for (const KernelTable* table : tables) {
        if (table->name == name) return *table;
        names.emplace_back(table->name);
    }
    throw InputError(fmt::format("instruction set '{}' is not available on this processor{}", name,
                                 suggestion(name, names)));
}

} // namespace threadx
