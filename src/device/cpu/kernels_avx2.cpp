#define KERNEL_SET avx2
#define VECTOR_BYTES 32
#include "device/cpu/kernels.inc"
