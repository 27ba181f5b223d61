// Hands out the scenario ids that are still to be computed, in contiguous batches.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "store/row.hpp"

namespace threadx {

// The ids of `whole` that are in none of `finished` (merged, ascending).
std::vector<IdRange> missing_ranges(IdRange whole, const std::vector<IdRange>& finished);

// One cursor for all devices; any thread may call take().
class BatchCursor {
  public:
    explicit BatchCursor(std::vector<IdRange> pending) : pending_(std::move(pending)) {}

    // The next batch of at most `scenarios` ids, or nothing when all are taken.
    std::optional<IdRange> take(std::uint64_t scenarios);

  private:
    std::mutex mutex_;
    std::vector<IdRange> pending_;
    std::size_t current_ = 0;
};

} // namespace threadx
