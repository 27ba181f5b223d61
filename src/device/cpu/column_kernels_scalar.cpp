#define KERNEL_SET scalar
#include "device/cpu/column_kernels.inc"
