// The middle of some measurements.
#pragma once

#include <algorithm>
#include <vector>

namespace threadx {

// Of two in the middle the mean; 0 of none.
inline double median(std::vector<double> values) {
    if (values.empty()) return 0.0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

} // namespace threadx
