// An in-order queue of an OpenCL device.
#pragma once

#include <array>
#include <deque>

#include "device/accelerator.hpp"
#include "device/opencl/opencl_context.hpp"

namespace threadx::opencl {

class OpenClQueue final : public DeviceQueue {
  public:
    explicit OpenClQueue(const OpenClContext& context);
    ~OpenClQueue() override; // waits
    OpenClQueue(const OpenClQueue&) = delete;
    OpenClQueue& operator=(const OpenClQueue&) = delete;

    void upload(DeviceBuffer& to, std::size_t offset_bytes, std::span<const std::byte> from) override;
    void download(std::span<std::byte> to, const DeviceBuffer& from, std::size_t offset_bytes) override;
    void launch(DeviceKernel& kernel, std::size_t items, std::span<const KernelArgument> arguments) override;
    void mark(int place) override;
    double seconds_between(int from, int to) override;
    bool idle() override;
    void wait() override;

  private:
    Owned<Event> owned(Event event) const { return {event, context_.api().release_event}; }
    void remember(Event event);
    bool complete(const Owned<Event>& event) const;
    std::uint64_t nanoseconds(int place) const;
    void flush();

    const OpenClContext& context_;
    Owned<Queue> queue_;
    std::deque<Owned<Event>> pending_; // commands not yet known to be done, which may turn out to have failed
    std::array<Owned<Event>, 4> marks_;
    bool flushed_ = true;
};

} // namespace threadx::opencl
