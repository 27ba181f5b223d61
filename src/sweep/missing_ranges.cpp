#include "sweep/missing_ranges.hpp"

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

} // namespace threadx
