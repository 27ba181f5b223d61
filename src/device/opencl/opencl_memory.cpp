#include "device/opencl/opencl_memory.hpp"

#include <algorithm>

namespace threadx::opencl {

OpenClBuffer::OpenClBuffer(const OpenClContext& context, Queue queue, std::size_t bytes,
                           std::atomic<std::uint64_t>& in_use)
    : in_use_(in_use), bytes_(bytes), memory_(nullptr, context.api().release_memory) {
    const std::size_t taken = std::max<std::size_t>(bytes, 1); // OpenCL has no empty buffers
    Status status = status::success;
    memory_ = context.make_buffer(taken, memory_read_write, status);
    context.check_memory(status, "clCreateBuffer");
    const std::byte zero{};
    const Uint blocking = 1;
    context.check_memory(
        context.api().enqueue_write(queue, memory_.get(), blocking, taken - 1, 1, &zero, 0, nullptr, nullptr),
        "clEnqueueWriteBuffer (of a byte into new memory)");
    in_use_ += bytes_;
}

OpenClHostBuffer::OpenClHostBuffer(const OpenClContext& context, Queue queue, std::size_t bytes)
    : context_(context), queue_(queue), memory_(nullptr, context.api().release_memory) {
    if (bytes == 0) return;
    Status status = status::success;
    memory_ = context.make_buffer(bytes, memory_read_write | memory_of_host, status);
    void* mapped = nullptr;
    const Uint blocking = 1;
    if (status == status::success)
        mapped = context.api().enqueue_map(queue, memory_.get(), blocking, map_read | map_write, 0, bytes, 0,
                                           nullptr, nullptr, &status);
    if (mapped != nullptr && status == status::success) {
        bytes_ = {static_cast<std::byte*>(mapped), bytes};
    } else {
        memory_.reset();
        ordinary_.resize(bytes);
        bytes_ = ordinary_;
    }
}

OpenClHostBuffer::~OpenClHostBuffer() {
    if (!memory_) return;
    context_.api().enqueue_unmap(queue_, memory_.get(), bytes_.data(), 0, nullptr, nullptr);
    context_.api().finish(queue_);
}

} // namespace threadx::opencl
