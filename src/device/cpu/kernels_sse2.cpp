#define KERNEL_NAME kernels_sse2
#define KERNEL_TEXT_NAME "sse2"
#define VECTOR_BYTES 16
#include "device/cpu/kernels.inc"
