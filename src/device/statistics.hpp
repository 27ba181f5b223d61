// What a device delivers for one scenario: the sufficient statistics of kernels/statistics.h.
#pragma once

#include "kernels/statistics.h"

namespace threadx {

struct Statistics {
#define THREADX_MEMBER(name) double name = 0.0;
    SIM_STATISTICS(THREADX_MEMBER)
#undef THREADX_MEMBER
};

constexpr int statistic_count = sizeof(Statistics) / sizeof(double);

} // namespace threadx
