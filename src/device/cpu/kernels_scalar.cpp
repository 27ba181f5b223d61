#define KERNEL_SET scalar
#define VECTOR_BYTES 0
#include "device/cpu/kernels.inc"
