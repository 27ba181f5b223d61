/* What the kernel text is written in, as CUDA has it. */
#define TX_FUNCTION static __device__ __forceinline__
#define TX_KERNEL extern "C" __global__
#define TX_ALIGNED __attribute__((aligned(16)))
#define TX_GLOBAL
#define TX_ITEM ((int)(blockIdx.x * blockDim.x + threadIdx.x))
#define TX_FIRST_BIT(x) (__ffsll((long long)(x)) - 1)
#define TX_NAN __longlong_as_double(0x7ff8000000000000LL)
typedef unsigned long long tx_u64;
typedef long long tx_i64;
#define TX_BITS(x) ((tx_u64)__double_as_longlong(x))
#define TX_FROM_BITS(n) __longlong_as_double((long long)(n))
