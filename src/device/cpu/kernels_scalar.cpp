#define KERNEL_NAME kernels_scalar
#define KERNEL_TEXT_NAME "scalar"
#define VECTOR_BYTES 0
#include "device/cpu/kernels.inc"
