#include "sweep/batch_cursor.hpp"

#include <algorithm>

namespace threadx {

std::vector<IdRange> missing_ranges(IdRange whole, const std::vector<IdRange>& finished) {
    std::vector<IdRange> missing;
    std::uint64_t at = whole.first;
    for (const IdRange& range : finished) {
        if (at >= whole.last) break;
        if (range.first > at) missing.push_back({at, std::min(range.first, whole.last)});
        at = std::max(at, range.last);
    }
    if (at < whole.last) missing.push_back({at, whole.last});
    return missing;
}

std::optional<IdRange> BatchCursor::take(std::uint64_t scenarios) {
    const std::lock_guard lock(mutex_);
    while (current_ < pending_.size() && pending_[current_].size() == 0) ++current_;
    if (current_ == pending_.size()) return std::nullopt;
    IdRange& range = pending_[current_];
    const IdRange batch = {range.first, std::min(range.last, range.first + scenarios)};
    range.first = batch.last;
    return batch;
}

} // namespace threadx
