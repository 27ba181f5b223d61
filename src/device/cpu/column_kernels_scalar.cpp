#define KERNEL_SET scalar
#define COLUMN_BLOCKS 0
#include "device/cpu/column_kernels.inc"
