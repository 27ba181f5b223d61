// Longer bars made of shorter ones.
#pragma once

#include <cstdint>

#include "market/bars.hpp"

namespace threadx {

// Bars of `period_ns` nanoseconds, each labelled with the start of its bucket. Buckets are aligned to
// 1970-01-01 UTC, whole weeks to Monday. Open of the first bar, highest high, lowest low, close of the last,
// volumes summed in the order of the bars (NaN ones left out; NaN if all are). A bucket without bars makes
// none. InputError if the bars have no times, or if the period is not a whole multiple of their own (most
// common) one.
Bars resample(const Bars& bars, std::int64_t period_ns);

} // namespace threadx
