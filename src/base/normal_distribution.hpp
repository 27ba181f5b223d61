// The normal distribution, with the same bits on every machine.
#pragma once

#include <span>

namespace threadx {

// The probability that a standard normal variable is at most x, to about 1e-15 relative in the lower tail
// too: Cody, "Rational Chebyshev approximations for the error function", Mathematics of Computation 23
// (1969). 0 below -42.
double normal_cdf(double x);

// The x below which a standard normal variable falls with probability p in [0, 1] (0 and 1: infinite;
// elsewhere NaN), to about 1e-15 relative:
// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
// (1988), PPND16.
double normal_quantile(double p);

// The same of many, several times as fast: `out` has as many elements, and may be the same ones.
void normal_quantiles(std::span<const double> p, std::span<double> out);

} // namespace threadx
