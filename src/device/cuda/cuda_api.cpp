#include "device/cuda/cuda_api.hpp"

#include <fmt/format.h>

namespace threadx {

std::unique_ptr<CudaApi> CudaApi::open(const std::string& library, std::string& why) {
    auto api = std::make_unique<CudaApi>();
    std::string loader;
    api->library_ = SharedLibrary::open({library}, loader);
    if (api->library_ == nullptr) {
        // "libcuda.so.1: cannot open shared object file: No such file or directory" says less clearly the
        // same
        const bool absent = loader.find(library + ": cannot open shared object file: No such") == 0;
        why = absent ? fmt::format("the NVIDIA driver's {} is not installed", library)
                     : fmt::format("the NVIDIA driver's {} cannot be opened: {}", library, loader);
        return nullptr;
    }
#define THREADX_FIND(member, name, parameters)                                                               \
    api->member = api->library_->find<CudaResult parameters>(#name);                                         \
    if (api->member == nullptr) {                                                                            \
        why = fmt::format("the NVIDIA driver is too old: its {} has no {}; CUDA 11.0 or later is needed",    \
                          library, #name);                                                                   \
        return nullptr;                                                                                      \
    }
    THREADX_CUDA_FUNCTIONS(THREADX_FIND)
#undef THREADX_FIND
    // Where the driver tells parts of a split device (MIG) apart, so that two parts have two identities.
    if (auto* const newer = api->library_->find<CudaResult(CudaUuid*, CudaDevice)>("cuDeviceGetUuid_v2"))
        api->device_uuid = newer;
    return api;
}

std::string CudaApi::describe(CudaResult result) const {
    const char* name = nullptr;
    const char* words = nullptr;
    if (error_name(result, &name) != CudaResult::success || name == nullptr)
        return fmt::format("CUDA error {}", static_cast<int>(result));
    if (error_string(result, &words) != CudaResult::success || words == nullptr) return name;
    return fmt::format("{} ({})", name, words);
}

} // namespace threadx
