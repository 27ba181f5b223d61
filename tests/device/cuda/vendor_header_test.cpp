// What cuda_api.hpp writes down is what the vendor's header says. Compiled where that is installed.
#include <type_traits>

#include <cuda.h>
#include <doctest/doctest.h>

#include "device/cuda/cuda_api.hpp"

using namespace threadx;

namespace {

// The same to a caller: a pointer for a pointer, a number of the same size for a number.
template <class A, class B>
constexpr bool same_shape = sizeof(A) == sizeof(B) && std::is_pointer_v<A> == std::is_pointer_v<B>;

template <class Ours, class Theirs>
constexpr bool same_call = false;

template <class... Ours, class... Theirs>
requires(sizeof...(Ours) ==
         sizeof...(Theirs)) constexpr bool same_call<CudaResult (*)(Ours...), CUresult (*)(Theirs...)> =
    (same_shape<Ours, Theirs> && ...);

template <class Ours, class Theirs>
bool same_value(Ours ours, Theirs theirs) {
    return static_cast<int>(ours) == static_cast<int>(theirs);
}

} // namespace

#define SAME_CALL(member, name, parameters)                                                                  \
    static_assert(same_call<decltype(CudaApi::member), decltype(&::name)>);
THREADX_CUDA_FUNCTIONS(SAME_CALL)
#undef SAME_CALL
static_assert(!same_call<decltype(CudaApi::memory_free), decltype(&::cuMemAlloc)>); // that it can fail
static_assert(sizeof(CudaUuid) == sizeof(CUuuid));

TEST_CASE("the driver's numbers are those of the vendor's header") {
#define SAME_RESULT(ours, theirs) CHECK(same_value(CudaResult::ours, CUDA_ERROR_##theirs))
    CHECK(same_value(CudaResult::success, CUDA_SUCCESS));
    SAME_RESULT(out_of_memory, OUT_OF_MEMORY);
    SAME_RESULT(deinitialized, DEINITIALIZED);
    SAME_RESULT(device_unavailable, DEVICE_UNAVAILABLE);
    SAME_RESULT(no_device, NO_DEVICE);
    SAME_RESULT(invalid_device, INVALID_DEVICE);
    SAME_RESULT(invalid_image, INVALID_IMAGE);
    SAME_RESULT(invalid_context, INVALID_CONTEXT);
    SAME_RESULT(no_binary_for_gpu, NO_BINARY_FOR_GPU);
    SAME_RESULT(ecc_uncorrectable, ECC_UNCORRECTABLE);
    SAME_RESULT(invalid_ptx, INVALID_PTX);
    SAME_RESULT(nvlink_uncorrectable, NVLINK_UNCORRECTABLE);
    SAME_RESULT(jit_compiler_not_found, JIT_COMPILER_NOT_FOUND);
    SAME_RESULT(unsupported_ptx_version, UNSUPPORTED_PTX_VERSION);
    SAME_RESULT(jit_compilation_disabled, JIT_COMPILATION_DISABLED);
    SAME_RESULT(not_ready, NOT_READY);
    SAME_RESULT(illegal_address, ILLEGAL_ADDRESS);
    SAME_RESULT(launch_timeout, LAUNCH_TIMEOUT);
    SAME_RESULT(context_is_destroyed, CONTEXT_IS_DESTROYED);
    SAME_RESULT(assert_failed, ASSERT);
    SAME_RESULT(hardware_stack_error, HARDWARE_STACK_ERROR);
    SAME_RESULT(illegal_instruction, ILLEGAL_INSTRUCTION);
    SAME_RESULT(misaligned_address, MISALIGNED_ADDRESS);
    SAME_RESULT(invalid_address_space, INVALID_ADDRESS_SPACE);
    SAME_RESULT(invalid_pc, INVALID_PC);
    SAME_RESULT(launch_failed, LAUNCH_FAILED);
    SAME_RESULT(mps_rpc_failure, MPS_RPC_FAILURE);
    SAME_RESULT(unknown, UNKNOWN);
#if CUDA_VERSION >= 12080
    SAME_RESULT(contained, CONTAINED);
    SAME_RESULT(mps_client_terminated, MPS_CLIENT_TERMINATED);
#endif
#define SAME_ATTRIBUTE(ours, theirs)                                                                         \
    CHECK(same_value(CudaDeviceAttribute::ours, CU_DEVICE_ATTRIBUTE_##theirs))
    SAME_ATTRIBUTE(max_grid_dim_x, MAX_GRID_DIM_X);
    SAME_ATTRIBUTE(multiprocessor_count, MULTIPROCESSOR_COUNT);
    SAME_ATTRIBUTE(compute_mode, COMPUTE_MODE);
    SAME_ATTRIBUTE(max_threads_per_multiprocessor, MAX_THREADS_PER_MULTIPROCESSOR);
    SAME_ATTRIBUTE(compute_capability_major, COMPUTE_CAPABILITY_MAJOR);
    SAME_ATTRIBUTE(compute_capability_minor, COMPUTE_CAPABILITY_MINOR);
    SAME_ATTRIBUTE(single_to_double_precision_perf_ratio, SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO);
    CHECK(same_value(CudaFunctionAttribute::max_threads_per_block, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK));
    CHECK(same_value(CudaJitOption::error_log_buffer, CU_JIT_ERROR_LOG_BUFFER));
    CHECK(same_value(CudaJitOption::error_log_buffer_size_bytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES));
    CHECK(same_value(cuda_compute_mode_exclusive, CU_COMPUTEMODE_EXCLUSIVE_PROCESS));
    CHECK(same_value(cuda_compute_mode_prohibited, CU_COMPUTEMODE_PROHIBITED));
    CHECK(same_value(cuda_schedule_blocking_sync, CU_CTX_SCHED_BLOCKING_SYNC));
    CHECK(same_value(cuda_stream_non_blocking, CU_STREAM_NON_BLOCKING));
}
