#include "base/shared_library.hpp"

#include <dlfcn.h>

namespace threadx {

std::unique_ptr<SharedLibrary> SharedLibrary::open(const std::vector<std::string>& candidates,
                                                   std::string& why) {
    why.clear();
    for (const std::string& candidate : candidates) {
        if (void* handle = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL))
            return std::unique_ptr<SharedLibrary>(new SharedLibrary(handle, candidate));
        const char* error = dlerror();
        if (error != nullptr && why.empty()) why = error;
    }
    return nullptr;
}

// Not closed: drivers start threads of their own and register exit handlers, which outlive any handle.
SharedLibrary::~SharedLibrary() = default;

void* SharedLibrary::address_of(const char* symbol) const { return dlsym(handle_, symbol); }

} // namespace threadx
