// The functions of NVIDIA's driver (libcuda) that ThreadX calls, found at run time. Written down here so that
// no header of the vendor is needed; tests/device/cuda compares with one where it is installed.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/shared_library.hpp"

namespace threadx {

using CudaDevice = int; // its number
using CudaAddress = unsigned long long;
using CudaContextHandle = struct CudaContextObject*;
using CudaModuleHandle = struct CudaModuleObject*;
using CudaFunctionHandle = struct CudaFunctionObject*;
using CudaStreamHandle = struct CudaStreamObject*;
using CudaEventHandle = struct CudaEventObject*;

struct CudaUuid {
    unsigned char bytes[16];
};

// What a call gives back: those that are told apart.
enum class CudaResult : int {
    success = 0,
    out_of_memory = 2,
    deinitialized = 4,
    device_unavailable = 46,
    no_device = 100,
    invalid_device = 101,
    invalid_image = 200,
    invalid_context = 201,
    no_binary_for_gpu = 209,
    ecc_uncorrectable = 214,
    invalid_ptx = 218,
    nvlink_uncorrectable = 220,
    jit_compiler_not_found = 221,
    unsupported_ptx_version = 222,
    jit_compilation_disabled = 223,
    contained = 226,
    not_ready = 600,
    illegal_address = 700,
    launch_timeout = 702,
    context_is_destroyed = 709,
    assert_failed = 710,
    hardware_stack_error = 714,
    illegal_instruction = 715,
    misaligned_address = 716,
    invalid_address_space = 717,
    invalid_pc = 718,
    launch_failed = 719,
    mps_rpc_failure = 806,
    mps_client_terminated = 810,
    unknown = 999
};

enum class CudaDeviceAttribute : int {
    max_grid_dim_x = 5,
    multiprocessor_count = 16,
    compute_mode = 20,
    max_threads_per_multiprocessor = 39,
    compute_capability_major = 75,
    compute_capability_minor = 76,
    single_to_double_precision_perf_ratio = 87
};

enum class CudaFunctionAttribute : int { max_threads_per_block = 0, local_size_bytes = 3, num_regs = 4 };

enum class CudaJitOption : int { error_log_buffer = 5, error_log_buffer_size_bytes = 6 };

constexpr int cuda_compute_mode_exclusive = 3;
constexpr int cuda_compute_mode_prohibited = 2;
constexpr unsigned cuda_schedule_blocking_sync = 4; // a waiting thread sleeps
constexpr unsigned cuda_stream_non_blocking = 1;

// X(member, name in the library, parameters)
#define THREADX_CUDA_FUNCTIONS(X)                                                                            \
    X(init, cuInit, (unsigned flags))                                                                        \
    X(driver_version, cuDriverGetVersion, (int* version))                                                    \
    X(error_name, cuGetErrorName, (CudaResult error, const char** text))                                     \
    X(error_string, cuGetErrorString, (CudaResult error, const char** text))                                 \
    X(device_count, cuDeviceGetCount, (int* count))                                                          \
    X(device_get, cuDeviceGet, (CudaDevice * device, int ordinal))                                           \
    X(device_name, cuDeviceGetName, (char* name, int length, CudaDevice device))                             \
    X(device_uuid, cuDeviceGetUuid, (CudaUuid * uuid, CudaDevice device))                                    \
    X(device_memory, cuDeviceTotalMem_v2, (std::size_t * bytes, CudaDevice device))                          \
    X(device_attribute, cuDeviceGetAttribute,                                                                \
      (int* value, CudaDeviceAttribute attribute, CudaDevice device))                                        \
    X(context_flags, cuDevicePrimaryCtxSetFlags_v2, (CudaDevice device, unsigned flags))                     \
    X(context_retain, cuDevicePrimaryCtxRetain, (CudaContextHandle * context, CudaDevice device))            \
    X(context_release, cuDevicePrimaryCtxRelease_v2, (CudaDevice device))                                    \
    X(context_set_current, cuCtxSetCurrent, (CudaContextHandle context))                                     \
    X(memory_info, cuMemGetInfo_v2, (std::size_t * free, std::size_t * total))                               \
    X(memory_allocate, cuMemAlloc_v2, (CudaAddress * address, std::size_t bytes))                            \
    X(memory_free, cuMemFree_v2, (CudaAddress address))                                                      \
    X(host_allocate, cuMemHostAlloc, (void** memory, std::size_t bytes, unsigned flags))                     \
    X(host_free, cuMemFreeHost, (void* memory))                                                              \
    X(copy_to_device, cuMemcpyHtoDAsync_v2,                                                                  \
      (CudaAddress to, const void* from, std::size_t bytes, CudaStreamHandle stream))                        \
    X(copy_to_host, cuMemcpyDtoHAsync_v2,                                                                    \
      (void* to, CudaAddress from, std::size_t bytes, CudaStreamHandle stream))                              \
    X(stream_create, cuStreamCreate, (CudaStreamHandle * stream, unsigned flags))                            \
    X(stream_destroy, cuStreamDestroy_v2, (CudaStreamHandle stream))                                         \
    X(stream_query, cuStreamQuery, (CudaStreamHandle stream))                                                \
    X(stream_synchronize, cuStreamSynchronize, (CudaStreamHandle stream))                                    \
    X(event_create, cuEventCreate, (CudaEventHandle * event, unsigned flags))                                \
    X(event_destroy, cuEventDestroy_v2, (CudaEventHandle event))                                             \
    X(event_record, cuEventRecord, (CudaEventHandle event, CudaStreamHandle stream))                         \
    X(event_elapsed_time, cuEventElapsedTime,                                                                \
      (float* milliseconds, CudaEventHandle from, CudaEventHandle to))                                       \
    X(module_load, cuModuleLoadDataEx,                                                                       \
      (CudaModuleHandle * module, const void* image, unsigned count, CudaJitOption* options, void** values)) \
    X(module_unload, cuModuleUnload, (CudaModuleHandle module))                                              \
    X(module_function, cuModuleGetFunction,                                                                  \
      (CudaFunctionHandle * function, CudaModuleHandle module, const char* name))                            \
    X(function_attribute, cuFuncGetAttribute,                                                                \
      (int* value, CudaFunctionAttribute attribute, CudaFunctionHandle function))                            \
    X(launch, cuLaunchKernel,                                                                                \
      (CudaFunctionHandle function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,     \
       unsigned block_y, unsigned block_z, unsigned shared_bytes, CudaStreamHandle stream,                   \
       void** parameters, void** extra))

struct CudaApi {
    // Null and the reason in `why` if the library cannot be opened or lacks a function. `library`: file name
    // or path.
    static std::unique_ptr<CudaApi> open(const std::string& library, std::string& why);

    // The driver's own name of an error with its words: "CUDA_ERROR_OUT_OF_MEMORY (out of memory)".
    std::string describe(CudaResult result) const;

    std::string path() const { return library_->path(); } // of the library's file

// NOLINTNEXTLINE(bugprone-macro-parentheses): declarations
#define THREADX_MEMBER(member, name, parameters) CudaResult(*member) parameters = nullptr;
    THREADX_CUDA_FUNCTIONS(THREADX_MEMBER)
#undef THREADX_MEMBER

  private:
    std::unique_ptr<SharedLibrary> library_;
};

} // namespace threadx
