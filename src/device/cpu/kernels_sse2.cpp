#define KERNEL_SET sse2
#define VECTOR_BYTES 16
#include "device/cpu/kernels.inc"
