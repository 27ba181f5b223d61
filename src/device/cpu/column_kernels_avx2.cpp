#define KERNEL_SET avx2
#define COLUMN_BLOCKS 1
#include "device/cpu/column_kernels.inc"
