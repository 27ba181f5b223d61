// The functions of OpenCL 1.2 that ThreadX uses, found at run time: it is built without OpenCL's headers and
// runs without OpenCL. Constants and parameters are those of the Khronos specification.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/shared_library.hpp"

namespace threadx::opencl {

using Status = std::int32_t;
using Platform = struct PlatformObject*;
using Device = struct DeviceObject*;
using Context = struct ContextObject*;
using Queue = struct QueueObject*;
using Memory = struct MemoryObject*;
using Program = struct ProgramObject*;
using Kernel = struct KernelObject*;
using Event = struct EventObject*;
using Uint = std::uint32_t;
using Bits = std::uint64_t;

namespace status {
constexpr Status success = 0, device_not_found = -1, device_not_available = -2, allocation_failure = -4,
                 out_of_resources = -5, out_of_host_memory = -6, failed_in_wait_list = -14,
                 build_failure = -11, invalid_device = -33, invalid_context = -34, invalid_queue = -36,
                 invalid_buffer_size = -61;
} // namespace status

// What clGet...Info is asked for.
namespace info {
constexpr Uint platform_version = 0x0901, platform_name = 0x0902;
constexpr Uint device_type = 0x1000, vendor = 0x1001, compute_units = 0x1002, largest_group = 0x1004,
               largest_buffer = 0x1010, float32_abilities = 0x101B, memory_bytes = 0x101F,
               little_endian = 0x1026, available = 0x1027, compiler_available = 0x1028, device_name = 0x102B,
               device_vendor = 0x102C, driver_version = 0x102D, device_profile = 0x102E,
               device_version = 0x102F, extensions = 0x1030, float64_abilities = 0x1032, uuid = 0x106A,
               pci_address = 0x410F, free_memory_amd = 0x4039, board_name_amd = 0x4038;
constexpr Uint program_binary_sizes = 0x1165, program_binaries = 0x1166, build_log = 0x1183;
constexpr Uint kernel_largest_group = 0x11B0, kernel_group_multiple = 0x11B3;
constexpr Uint event_status = 0x11D3, event_end_nanoseconds = 0x1283;
} // namespace info

constexpr Bits type_cpu = 1U << 1U, type_custom = 1U << 4U, type_all = 0xFFFFFFFFU;
constexpr Bits keeps_denormals = 1U << 0U, has_infinity = 1U << 1U, rounds_to_nearest = 1U << 2U,
               divides_correctly = 1U << 7U;
constexpr Bits memory_read_write = 1U << 0U, memory_of_host = 1U << 4U;
constexpr Bits map_read = 1U << 0U, map_write = 1U << 1U;
constexpr Bits queue_takes_times = 1U << 1U;
constexpr std::intptr_t context_platform = 0x1084;

// X(name here, name in the library, result, parameters)
#define THREADX_OPENCL_FUNCTIONS(X)                                                                          \
    X(get_platforms, "clGetPlatformIDs", Status, (Uint, Platform*, Uint*))                                   \
    X(get_platform_info, "clGetPlatformInfo", Status, (Platform, Uint, std::size_t, void*, std::size_t*))    \
    X(get_devices, "clGetDeviceIDs", Status, (Platform, Bits, Uint, Device*, Uint*))                         \
    X(get_device_info, "clGetDeviceInfo", Status, (Device, Uint, std::size_t, void*, std::size_t*))          \
    X(create_context, "clCreateContext", Context,                                                            \
      (const std::intptr_t*, Uint, const Device*, void (*)(const char*, const void*, std::size_t, void*),    \
       void*, Status*))                                                                                      \
    X(release_context, "clReleaseContext", Status, (Context))                                                \
    X(create_queue, "clCreateCommandQueue", Queue, (Context, Device, Bits, Status*))                         \
    X(release_queue, "clReleaseCommandQueue", Status, (Queue))                                               \
    X(create_buffer, "clCreateBuffer", Memory, (Context, Bits, std::size_t, void*, Status*))                 \
    X(release_memory, "clReleaseMemObject", Status, (Memory))                                                \
    X(create_program, "clCreateProgramWithSource", Program,                                                  \
      (Context, Uint, const char**, const std::size_t*, Status*))                                            \
    X(create_program_from_binary, "clCreateProgramWithBinary", Program,                                      \
      (Context, Uint, const Device*, const std::size_t*, const unsigned char**, Status*, Status*))           \
    X(build_program, "clBuildProgram", Status,                                                               \
      (Program, Uint, const Device*, const char*, void (*)(Program, void*), void*))                          \
    X(get_program_info, "clGetProgramInfo", Status, (Program, Uint, std::size_t, void*, std::size_t*))       \
    X(get_build_info, "clGetProgramBuildInfo", Status,                                                       \
      (Program, Device, Uint, std::size_t, void*, std::size_t*))                                             \
    X(release_program, "clReleaseProgram", Status, (Program))                                                \
    X(create_kernel, "clCreateKernel", Kernel, (Program, const char*, Status*))                              \
    X(get_kernel_group_info, "clGetKernelWorkGroupInfo", Status,                                             \
      (Kernel, Device, Uint, std::size_t, void*, std::size_t*))                                              \
    X(set_kernel_argument, "clSetKernelArg", Status, (Kernel, Uint, std::size_t, const void*))               \
    X(release_kernel, "clReleaseKernel", Status, (Kernel))                                                   \
    X(enqueue_write, "clEnqueueWriteBuffer", Status,                                                         \
      (Queue, Memory, Uint, std::size_t, std::size_t, const void*, Uint, const Event*, Event*))              \
    X(enqueue_read, "clEnqueueReadBuffer", Status,                                                           \
      (Queue, Memory, Uint, std::size_t, std::size_t, void*, Uint, const Event*, Event*))                    \
    X(enqueue_kernel, "clEnqueueNDRangeKernel", Status,                                                      \
      (Queue, Kernel, Uint, const std::size_t*, const std::size_t*, const std::size_t*, Uint, const Event*,  \
       Event*))                                                                                              \
    X(enqueue_marker, "clEnqueueMarkerWithWaitList", Status, (Queue, Uint, const Event*, Event*))            \
    X(enqueue_map, "clEnqueueMapBuffer", void*,                                                              \
      (Queue, Memory, Uint, Bits, std::size_t, std::size_t, Uint, const Event*, Event*, Status*))            \
    X(enqueue_unmap, "clEnqueueUnmapMemObject", Status, (Queue, Memory, void*, Uint, const Event*, Event*))  \
    X(flush, "clFlush", Status, (Queue))                                                                     \
    X(finish, "clFinish", Status, (Queue))                                                                   \
    X(get_event_info, "clGetEventInfo", Status, (Event, Uint, std::size_t, void*, std::size_t*))             \
    X(get_event_times, "clGetEventProfilingInfo", Status, (Event, Uint, std::size_t, void*, std::size_t*))   \
    X(release_event, "clReleaseEvent", Status, (Event))

template <class Signature>
using Function = Signature*;

struct Api {
#define THREADX_MEMBER(name, symbol, result, parameters) Function<result parameters> name = nullptr;
    THREADX_OPENCL_FUNCTIONS(THREADX_MEMBER)
#undef THREADX_MEMBER
};

// Fills `api`. Returns the function that the library lacks, an empty text if it has all.
std::string find_functions(const SharedLibrary& library, Api& api);

// "CL_OUT_OF_RESOURCES (-5)".
std::string status_name(Status status);

} // namespace threadx::opencl
