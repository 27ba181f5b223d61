#define KERNEL_NAME kernels_avx2
#define KERNEL_TEXT_NAME "avx2"
#define VECTOR_BYTES 32
#include "device/cpu/kernels.inc"
