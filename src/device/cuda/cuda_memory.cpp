#include "device/cuda/cuda_memory.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace threadx {
namespace {

// The driver refuses to allocate nothing.
std::size_t at_least_one(std::size_t bytes) { return std::max<std::size_t>(bytes, 1); }

} // namespace

CudaBuffer::CudaBuffer(const CudaContext& context, std::size_t bytes) : context_(context), bytes_(bytes) {
    context_.check(context_.enter().memory_allocate(&address_, at_least_one(bytes)),
                   fmt::format("cuMemAlloc of {} bytes", bytes));
}

CudaBuffer::~CudaBuffer() {
    if (const CudaApi* const api = context_.enter_quietly()) api->memory_free(address_);
}

CudaHostBuffer::CudaHostBuffer(const CudaContext& context, std::size_t bytes)
    : context_(context), bytes_(bytes) {
    void* memory = nullptr;
    context_.check(context_.enter().host_allocate(&memory, at_least_one(bytes), 0),
                   fmt::format("cuMemHostAlloc of {} bytes", bytes));
    memory_ = static_cast<std::byte*>(memory);
}

CudaHostBuffer::~CudaHostBuffer() {
    if (const CudaApi* const api = context_.enter_quietly()) api->host_free(memory_);
}

} // namespace threadx
