#include "base/shared_library.hpp"

#include <dlfcn.h>
#include <link.h>

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

std::string SharedLibrary::path() const {
    link_map* loaded = nullptr;
    if (dlinfo(handle_, RTLD_DI_LINKMAP, &loaded) != 0 || loaded == nullptr) return name_;
    return *loaded->l_name == '\0' ? name_ : loaded->l_name;
}

void* SharedLibrary::address_of(const char* symbol) const { return dlsym(handle_, symbol); }

std::string library_file_of(const void* function) {
    Dl_info found{};
    if (dladdr(function, &found) == 0 || found.dli_fname == nullptr) return "";
    return found.dli_fname;
}

} // namespace threadx
