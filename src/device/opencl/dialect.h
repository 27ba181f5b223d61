/* What the kernel text is written in, as OpenCL C 1.2 has it. */
#pragma OPENCL FP_CONTRACT OFF
#if TX_COLUMNS || !TX_SINGLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#define TX_FUNCTION static inline
#define TX_KERNEL __kernel
#define TX_ALIGNED __attribute__((aligned(16)))
#define TX_GLOBAL __global
#define TX_ITEM ((int)get_global_id(0))
#define TX_FIRST_BIT(x) ((int)popcount(((x) & (~(x) + 1)) - 1))
#define TX_NAN as_double(0x7ff8000000000000UL)
typedef ulong tx_u64;
typedef long tx_i64;
#define TX_BITS(x) as_ulong(x)
#define TX_FROM_BITS(n) as_double(n)
