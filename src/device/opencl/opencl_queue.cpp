#include "device/opencl/opencl_queue.hpp"

#include <fmt/format.h>

#include "device/opencl/opencl_memory.hpp"
#include "device/opencl/opencl_program.hpp"

namespace threadx::opencl {
namespace {

constexpr Uint not_blocking = 0;
constexpr std::size_t most_pending = 256; // from there on those that are done are forgotten

std::size_t rounded_up(std::size_t items, std::size_t group) { return (items + group - 1) / group * group; }

} // namespace

OpenClQueue::OpenClQueue(const OpenClContext& context)
    : context_(context),
      queue_(context.make_queue()), marks_{owned(nullptr), owned(nullptr), owned(nullptr), owned(nullptr)} {}

OpenClQueue::~OpenClQueue() { context_.api().finish(queue_.get()); }

// Statuses of commands that failed after they were enqueued are seen nowhere but in their events.
void OpenClQueue::remember(Event event) {
    pending_.push_back(owned(event));
    flushed_ = false;
    if (pending_.size() < most_pending) return;
    while (!pending_.empty() && complete(pending_.front())) pending_.pop_front();
}

bool OpenClQueue::complete(const Owned<Event>& event) const {
    Status progress = 0; // 0 = complete, above = on its way, below = failed
    context_.check(
        context_.api().get_event_info(event.get(), info::event_status, sizeof progress, &progress, nullptr),
        "clGetEventInfo");
    if (progress < 0) context_.check_done(progress, "a command in the queue");
    return progress == 0;
}

void OpenClQueue::flush() {
    if (flushed_) return;
    context_.check(context_.api().flush(queue_.get()), "clFlush");
    flushed_ = true;
}

void OpenClQueue::upload(DeviceBuffer& to, std::size_t offset_bytes, std::span<const std::byte> from) {
    if (from.empty()) return;
    Event event = nullptr;
    context_.check_memory(context_.api().enqueue_write(queue_.get(), dynamic_cast<OpenClBuffer&>(to).memory(),
                                                       not_blocking, offset_bytes, from.size(), from.data(),
                                                       0, nullptr, &event),
                          "clEnqueueWriteBuffer");
    remember(event);
}

void OpenClQueue::download(std::span<std::byte> to, const DeviceBuffer& from, std::size_t offset_bytes) {
    if (to.empty()) return;
    Event event = nullptr;
    context_.check(context_.api().enqueue_read(queue_.get(), dynamic_cast<const OpenClBuffer&>(from).memory(),
                                               not_blocking, offset_bytes, to.size(), to.data(), 0, nullptr,
                                               &event),
                   "clEnqueueReadBuffer");
    remember(event);
    flush(); // a batch's last command: let it begin
}

void OpenClQueue::launch(DeviceKernel& kernel, std::size_t items, std::span<const KernelArgument> arguments) {
    if (items == 0) return;
    const OpenClKernel& ours = dynamic_cast<OpenClKernel&>(kernel);
    const Api& api = context_.api();
    Uint index = 0;
    for (const KernelArgument& argument : arguments) {
        Status status = status::success;
        if (argument.buffer() != nullptr) {
            const Memory memory = dynamic_cast<const OpenClBuffer&>(*argument.buffer()).memory();
            // NOLINTNEXTLINE(bugprone-sizeof-expression): the argument is the handle
            status = api.set_kernel_argument(ours.kernel(), index, sizeof memory, &memory);
        } else {
            status = api.set_kernel_argument(ours.kernel(), index, argument.number().size(),
                                             argument.number().data());
        }
        context_.check(status, fmt::format("clSetKernelArg ({} of '{}')", index, ours.name()).c_str());
        ++index;
    }
    const std::size_t group = ours.group_size();
    const std::size_t whole = rounded_up(items, group);
    Event event = nullptr;
    context_.check_memory(
        api.enqueue_kernel(queue_.get(), ours.kernel(), 1, nullptr, &whole, &group, 0, nullptr, &event),
        fmt::format("clEnqueueNDRangeKernel ('{}')", ours.name()).c_str());
    remember(event);
    flush();
}

void OpenClQueue::mark(int place) {
    Event event = nullptr;
    context_.check(context_.api().enqueue_marker(queue_.get(), 0, nullptr, &event),
                   "clEnqueueMarkerWithWaitList");
    marks_.at(static_cast<std::size_t>(place)) = owned(event);
}

std::uint64_t OpenClQueue::nanoseconds(int place) const {
    const Owned<Event>& event = marks_.at(static_cast<std::size_t>(place));
    if (!event) throw context_.error(fmt::format("no time was taken at mark {}", place));
    std::uint64_t time = 0;
    context_.check(
        context_.api().get_event_times(event.get(), info::event_end_nanoseconds, sizeof time, &time, nullptr),
        "clGetEventProfilingInfo");
    return time;
}

double OpenClQueue::seconds_between(int from, int to) {
    return (static_cast<double>(nanoseconds(to)) - static_cast<double>(nanoseconds(from))) * 1e-9;
}

bool OpenClQueue::idle() {
    flush();
    while (!pending_.empty() && complete(pending_.front())) pending_.pop_front();
    return pending_.empty();
}

void OpenClQueue::wait() {
    context_.check_done(context_.api().finish(queue_.get()), "clFinish");
    flushed_ = true;
    while (!pending_.empty()) {
        const Owned<Event> event = std::move(pending_.front());
        pending_.pop_front();
        complete(event);
    }
}

} // namespace threadx::opencl
