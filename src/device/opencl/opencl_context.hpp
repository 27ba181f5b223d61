// An opened device: its context, and what the driver's statuses mean.
#pragma once

#include <cstdint>
#include <memory>

#include "device/device_error.hpp"
#include "device/opencl/opencl_device.hpp"

namespace threadx::opencl {

// An object of OpenCL, released at the end of its life.
template <class Object>
using Owned = std::unique_ptr<std::remove_pointer_t<Object>, Status (*)(Object)>;

class OpenClContext {
  public:
    OpenClContext(const Api& api, KnownDevice known);

    // Throws what `status` of `call` means, and nothing if it is success.
    void check(Status status, const char* call) const;
    // The same for a call that takes memory of the device, where more statuses mean that there is no room.
    void check_memory(Status status, const char* call) const;
    // The same for a command that was under way, after which lacking resources mean a kernel that crashed.
    void check_done(Status status, const char* call) const;
    // "opencl:0 (name): what"
    DeviceError error(const std::string& what) const;

    const Api& api() const { return api_; }
    const DeviceProperties& properties() const { return known_.properties; }
    Device device() const { return known_.device; }
    Context context() const { return context_.get(); }
    Owned<Queue> make_queue() const;
    // Null and the status in `status` if there is no room.
    Owned<Memory> make_buffer(std::size_t bytes, Bits flags, Status& status) const;

  private:
    std::string text(const std::string& what) const;
    Api api_;
    KnownDevice known_;
    Owned<Context> context_;
};

} // namespace threadx::opencl
