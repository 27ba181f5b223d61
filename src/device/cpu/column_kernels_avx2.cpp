#define KERNEL_SET avx2
#include "device/cpu/column_kernels.inc"
