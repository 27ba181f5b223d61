// Which scenario ids are still to be computed.
#pragma once

#include <vector>

#include "base/id_range.hpp"

namespace threadx {

// The ids of `whole` that are in none of `finished` (merged, ascending).
std::vector<IdRange> missing_ranges(IdRange whole, const std::vector<IdRange>& finished);

} // namespace threadx
