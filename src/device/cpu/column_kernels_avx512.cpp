#define KERNEL_SET avx512
#include "device/cpu/column_kernels.inc"
