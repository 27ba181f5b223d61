#define KERNEL_NAME kernels_avx512
#define KERNEL_TEXT_NAME "avx512"
#define VECTOR_BYTES 64
#include "device/cpu/kernels.inc"
