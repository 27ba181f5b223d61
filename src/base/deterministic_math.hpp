// Exponentials and logarithms whose bits do not depend on the C library or the processor: they are evaluated
// in double-double arithmetic with additions, multiplications and divisions alone, and rounded once. (glibc
// chooses between variants with and without fused operations at run time, which may differ in the last bit.)
#pragma once

namespace threadx {

// Natural logarithm. NaN below 0, -inf at 0.
double deterministic_log(double x);

double deterministic_exp(double x);

// x^y for x ≥ 0; NaN for x < 0.
double deterministic_pow(double x, double y);

} // namespace threadx
