#define KERNEL_SET sse2
#include "device/cpu/column_kernels.inc"
