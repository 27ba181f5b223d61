// What a function that gets a slice of the data knows about it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace threadx {

struct DeviceInfo {
    std::string id = {};   // "cpu", "cuda:0": what placements and balances call it
    std::string uuid = {}; // devices are told apart by it
    std::string name = {}; // the vendor's
    bool is_cpu = false;   // computes on this machine's processor, whatever its interface
};

// Items `begin` … `end` − 1 of the data have a place in the results; the slice has up to `halo` more on
// either side, fewer at the ends of the data.
class SliceContext {
  public:
    SliceContext(std::uint64_t seed, const DeviceInfo& device, std::uint64_t begin, std::uint64_t end,
                 std::size_t before, std::size_t after)
        : seed_(seed), device_(&device), begin_(begin), end_(end), before_(before), after_(after) {}

    std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); } // items with results
    std::size_t before() const { return before_; } // items of the slice before the first of them
    std::size_t after() const { return after_; }   // and after the last
    std::size_t slice_size() const { return before_ + size() + after_; }
    std::uint64_t first() const { return begin_ - before_; } // of the slice, in the data

    // Random numbers of item i of the slice, the halo included: a function of the seed and the item's place
    // in the data alone, so that they are the same however the data is cut and wherever the slice is
    // computed. `draw` numbers those of one item. Philox4x32-10.
    std::array<std::uint32_t, 4> random(std::size_t i, std::uint32_t draw = 0) const;
    double uniform(std::size_t i, std::uint32_t draw = 0) const; // in [0, 1), a multiple of 2^-53

    // Which the function may compute on: bank.sma(slice, {.placement = context.device().id}).
    const DeviceInfo& device() const { return *device_; }

  private:
    std::uint64_t seed_;
    const DeviceInfo* device_;
    std::uint64_t begin_;
    std::uint64_t end_;
    std::size_t before_;
    std::size_t after_;
};

} // namespace threadx
