// Arrays of numbers on a device, and on the host beside it, that grow as they are asked for more.
#pragma once

#include <algorithm>
#include <memory>
#include <span>

#include "device/accelerator.hpp"

namespace threadx {

// What it held is lost where it grows.
template <class T>
class DeviceArray {
  public:
    void reserve(Accelerator& accelerator, std::size_t count) {
        const std::size_t bytes = std::max<std::size_t>(count, 8) * sizeof(T);
        if (buffer_ != nullptr && buffer_->bytes() >= bytes) return;
        buffer_.reset(); // first: both may be too much
        buffer_ = accelerator.allocate(bytes);
    }
    void release() { buffer_.reset(); }
    DeviceBuffer& buffer() const { return *buffer_; }

  private:
    std::unique_ptr<DeviceBuffer> buffer_;
};

template <class T>
class HostArray {
  public:
    // The first `count` of its numbers, uninitialised.
    std::span<T> reserve(Accelerator& accelerator, std::size_t count) {
        const std::size_t bytes = std::max<std::size_t>(count, 8) * sizeof(T);
        if (buffer_ == nullptr || buffer_->bytes().size() < bytes) {
            buffer_.reset();
            buffer_ = accelerator.allocate_host(bytes);
        }
        return {reinterpret_cast<T*>(buffer_->bytes().data()), count};
    }
    void release() { buffer_.reset(); }

  private:
    std::unique_ptr<HostBuffer> buffer_;
};

} // namespace threadx
