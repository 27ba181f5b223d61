// Ids that are still to be handed out.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "base/id_range.hpp"

namespace threadx {

// In the order in which they were put; not for several threads at once.
class PendingIds {
  public:
    std::uint64_t size() const { return size_; }

    void put(IdRange range) {
        if (range.size() == 0) return;
        ranges_.push_back(range);
        size_ += range.size();
    }

    // At most so many, in one range: fewer where a range ends. There must be some.
    IdRange take(std::uint64_t most) {
        IdRange& front = ranges_.front();
        const IdRange out = {front.first, most < front.size() ? front.first + most : front.last};
        front.first = out.last;
        if (front.size() == 0) ranges_.pop_front();
        size_ -= out.size();
        return out;
    }

    // All of them.
    std::vector<IdRange> take_all() {
        std::vector<IdRange> out(ranges_.begin(), ranges_.end());
        ranges_.clear();
        size_ = 0;
        return out;
    }

  private:
    std::deque<IdRange> ranges_;
    std::uint64_t size_ = 0;
};

} // namespace threadx
