#include "device/cuda/cuda_queue.hpp"

#include <limits>
#include <vector>

#include <fmt/format.h>

#include "device/cuda/cuda_memory.hpp"
#include "device/cuda/cuda_program.hpp"

namespace threadx {
namespace {

CudaAddress address_in(const DeviceBuffer& buffer, std::size_t offset_bytes) {
    return static_cast<const CudaBuffer&>(buffer).address() + offset_bytes; // what else would it be
}

} // namespace

CudaQueue::CudaQueue(const CudaContext& context)
    : context_(context),
      most_groups_(static_cast<std::size_t>(context.attribute(CudaDeviceAttribute::max_grid_dim_x))) {
    const CudaApi& api = context_.enter();
    context_.check(api.stream_create(&stream_, cuda_stream_non_blocking), "cuStreamCreate");
    try {
        for (CudaEventHandle& mark : marks_) context_.check(api.event_create(&mark, 0), "cuEventCreate");
    } catch (...) {
        destroy();
        throw;
    }
}

CudaQueue::~CudaQueue() { destroy(); }

void CudaQueue::destroy() noexcept {
    const CudaApi* const api = context_.enter_quietly();
    if (api == nullptr) return;
    api->stream_synchronize(stream_); // copies still use the host's memory
    for (const CudaEventHandle mark : marks_)
        if (mark != nullptr) api->event_destroy(mark);
    api->stream_destroy(stream_);
}

void CudaQueue::upload(DeviceBuffer& to, std::size_t offset_bytes, std::span<const std::byte> from) {
    if (from.empty()) return;
    context_.check(
        context_.enter().copy_to_device(address_in(to, offset_bytes), from.data(), from.size(), stream_),
        fmt::format("cuMemcpyHtoDAsync of {} bytes", from.size()));
}

void CudaQueue::download(std::span<std::byte> to, const DeviceBuffer& from, std::size_t offset_bytes) {
    if (to.empty()) return;
    context_.check(
        context_.enter().copy_to_host(to.data(), address_in(from, offset_bytes), to.size(), stream_),
        fmt::format("cuMemcpyDtoHAsync of {} bytes", to.size()));
}

void CudaQueue::launch(DeviceKernel& kernel, std::size_t items, std::span<const KernelArgument> arguments) {
    if (items == 0) return; // the driver refuses it
    const auto& cuda_kernel = static_cast<const CudaKernel&>(kernel);
    const std::size_t group = cuda_kernel.group_size();
    const std::size_t groups = (items - 1) / group + 1;
    // Kernels count their items in 32 bits.
    if (groups > most_groups_ || groups > std::numeric_limits<std::uint32_t>::max() / group)
        throw DeviceError(fmt::format("{}: {} work items in groups of {} are too many for one launch; the "
                                      "caller has to launch several times",
                                      context_.label(), items, group));
    // Only read, though the interface does not say so.
    std::vector<void*> parameters;
    for (const KernelArgument& argument : arguments)
        parameters.push_back(const_cast<void*>( // NOLINT(cppcoreguidelines-pro-type-const-cast)
            argument.buffer() != nullptr
                ? static_cast<const void*>(&static_cast<const CudaBuffer*>(argument.buffer())->address())
                : argument.number().data()));
    context_.check(context_.enter().launch(cuda_kernel.function(), static_cast<unsigned>(groups), 1, 1,
                                           static_cast<unsigned>(group), 1, 1, 0, stream_, parameters.data(),
                                           nullptr),
                   fmt::format("cuLaunchKernel of {} work items", items));
}

void CudaQueue::mark(int place) {
    context_.check(context_.enter().event_record(marks_.at(static_cast<std::size_t>(place)), stream_),
                   "cuEventRecord");
}

double CudaQueue::seconds_between(int from, int to) {
    float milliseconds = 0.0F;
    context_.check(context_.enter().event_elapsed_time(&milliseconds,
                                                       marks_.at(static_cast<std::size_t>(from)),
                                                       marks_.at(static_cast<std::size_t>(to))),
                   "cuEventElapsedTime");
    return static_cast<double>(milliseconds) / 1000.0;
}

bool CudaQueue::idle() {
    const CudaResult result = context_.enter().stream_query(stream_);
    if (result == CudaResult::not_ready) return false;
    context_.check(result, "cuStreamQuery");
    return true;
}

void CudaQueue::wait() {
    context_.check(context_.enter().stream_synchronize(stream_), "cuStreamSynchronize");
}

} // namespace threadx
