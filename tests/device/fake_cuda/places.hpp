// Where the tests' own CUDA driver and NVRTC are: where they were built, or for tests that were moved to
// another machine (`make bundle`) in lib/ and nvrtc/ of the folder THREADX_FAKE_CUDA.
#pragma once

#include <cstdlib>
#include <string>

namespace threadx::test {

inline std::string fake_place(const char* moved, const char* built) {
    const char* folder = std::getenv("THREADX_FAKE_CUDA");
    return folder != nullptr ? std::string(folder) + moved : std::string(built);
}

inline std::string fake_cuda_library() { return fake_place("/lib/libcuda.so.1", FAKE_CUDA_LIBRARY); }

inline std::string fake_nvrtc_folder() { return fake_place("/nvrtc", FAKE_NVRTC_FOLDER); }

} // namespace threadx::test
