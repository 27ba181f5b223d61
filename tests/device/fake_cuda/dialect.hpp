// What CUDA's own words stand for where the fake driver's compiler reads the kernel text.
#pragma once

#include <math.h> // NOLINT: sqrt and fabs of either precision without std::

#include <bit>

namespace fake_cuda {

struct Index {
    unsigned x;
};

// Of the work item that the thread runs just now.
struct Place {
    Index block;
    Index block_size;
    Index thread;
};
Place& place();

} // namespace fake_cuda

#define __global__
#define __device__
#define __forceinline__ inline
#define blockIdx (fake_cuda::place().block)
#define blockDim (fake_cuda::place().block_size)
#define threadIdx (fake_cuda::place().thread)
#define __ffsll(x) __builtin_ffsll(x)
#define __longlong_as_double(x) std::bit_cast<double>(x)
#define __double_as_longlong(x) std::bit_cast<long long>(x)
