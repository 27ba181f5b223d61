#include "monitor/nvml_api.hpp"

#include <fmt/format.h>

namespace threadx {

std::unique_ptr<NvmlApi> NvmlApi::open(const std::string& library, std::string& why) {
    auto api = std::make_unique<NvmlApi>();
    std::string loader;
    api->library_ = SharedLibrary::open({library}, loader);
    if (api->library_ == nullptr) {
        const bool absent = loader.find(library + ": cannot open shared object file: No such") == 0;
        why = absent ? fmt::format("the NVIDIA driver's {} is not installed", library)
                     : fmt::format("the NVIDIA driver's {} cannot be opened: {}", library, loader);
        return nullptr;
    }
    api->error_string = api->library_->find<const char*(NvmlResult)>("nvmlErrorString");
#define THREADX_FIND(member, name, other_name, parameters)                                                   \
    api->member = api->library_->find<NvmlResult parameters>(name);                                          \
    if (const char* other = other_name; api->member == nullptr && other != nullptr)                          \
        api->member = api->library_->find<NvmlResult parameters>(other);
    THREADX_NVML_FUNCTIONS(THREADX_FIND)
#undef THREADX_FIND
    if (api->init == nullptr || api->device_count == nullptr || api->device_by_index == nullptr) {
        why = fmt::format("the NVIDIA driver is too old: its {} cannot list GPUs", library);
        return nullptr;
    }
    return api;
}

std::string NvmlApi::describe(NvmlResult result) const {
    const char* words = error_string != nullptr ? error_string(result) : nullptr;
    return words != nullptr ? std::string(words) : fmt::format("NVML error {}", static_cast<int>(result));
}

} // namespace threadx
