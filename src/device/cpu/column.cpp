#include "device/cpu/column.hpp"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace threadx {

void advise_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef __linux__
    madvise(memory, bytes / large_page * large_page, MADV_HUGEPAGE); // advice alone: nothing depends on it
#endif
}

} // namespace threadx
